import { describe, expect, it } from 'vitest'
import { fieldsOf, valuesOf } from './schema-form.tsx'

const schema = {
  properties: {
    handle: { type: 'string', title: 'Handle' },
    token: { type: 'string', format: 'password', writeOnly: true },
    base_url: { type: 'string', default: 'https://api.example' },
    rate: { type: 'number', default: 1.5 },
    sender: { anyOf: [{ type: 'string' }, { type: 'null' }], default: null },
    tier: { $ref: '#/$defs/Tier', default: 'free' },
    strict: { type: 'boolean', default: true },
    table: { type: 'object' },
  },
  required: ['handle', 'token'],
  $defs: { Tier: { enum: ['free', 'paid'], type: 'string' } },
}

describe('a form from a schema', () => {
  it('knows text, secrets, numbers, choices and switches, and leaves the rest alone', () => {
    expect(fieldsOf(schema).map((field) => [field.name, field.kind, field.required])).toEqual([
      ['handle', 'text', true],
      ['token', 'secret', true],
      ['base_url', 'text', false],
      ['rate', 'number', false],
      ['sender', 'text', false],
      ['tier', 'choice', false],
      ['strict', 'switch', false],
    ])
  })
  it('sends only what was entered', () => {
    expect(valuesOf(fieldsOf(schema), { handle: 'valdora', token: 's', rate: '2', strict: false })).toEqual({ handle: 'valdora', token: 's', rate: 2, strict: false })
  })
})
