/** A form from a JSON schema, as far as the server's settings need it: text, secrets, numbers, switches, choices. */
import { t } from '../shared/i18n/index.ts'

interface Property {
  type?: string
  title?: string
  description?: string
  default?: unknown
  enum?: unknown[]
  format?: string
  writeOnly?: boolean
  anyOf?: Property[]
  $ref?: string
}

export interface FormField {
  name: string
  label: string
  hint: string
  kind: 'text' | 'secret' | 'number' | 'switch' | 'choice'
  required: boolean
  initial: string | boolean
  choices: string[]
}

/** The fields of a schema, in its order. What is neither text, number, switch nor choice is left to its default. */
export function fieldsOf(schema: Record<string, unknown>): FormField[] {
  const properties = (schema['properties'] ?? {}) as Record<string, Property>
  const required = (schema['required'] ?? []) as string[]
  const shared = (schema['$defs'] ?? {}) as Record<string, Property>
  const out: FormField[] = []
  for (const [name, given] of Object.entries(properties)) {
    const named = given.$ref ? shared[given.$ref.split('/').at(-1)!] : undefined
    // "string or nothing" is a string that may stay empty.
    const inner = given.anyOf?.find((one) => one.type !== 'null')
    const property: Property = { ...inner, ...named, ...given }
    const type = property.type ?? inner?.type
    const secret = property.format === 'password' || property.writeOnly === true || inner?.format === 'password'
    const kind = property.enum
      ? 'choice'
      : secret
        ? 'secret'
        : type === 'boolean'
          ? 'switch'
          : type === 'integer' || type === 'number'
            ? 'number'
            : type === 'string'
              ? 'text'
              : undefined
    if (!kind) continue
    out.push({
      name,
      label: property.title ?? name,
      hint: property.description ?? '',
      kind,
      required: required.includes(name),
      initial: kind === 'switch' ? property.default === true : property.default === undefined || property.default === null ? '' : String(property.default),
      choices: (property.enum ?? []).map(String),
    })
  }
  return out
}

/** What to send: fields left empty or as they were are left out, so that the server's defaults hold. */
export function valuesOf(fields: readonly FormField[], entered: Readonly<Record<string, string | boolean>>): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  for (const field of fields) {
    const value = entered[field.name] ?? field.initial
    if (field.kind === 'switch') {
      if (value !== field.initial) out[field.name] = value
    } else if (value !== '' && (field.required || value !== field.initial)) {
      out[field.name] = field.kind === 'number' ? Number(value) : value
    }
  }
  return out
}

export function Fields({
  fields,
  prefix,
  entered,
  onEnter,
}: {
  fields: readonly FormField[]
  prefix: string
  entered: Readonly<Record<string, string | boolean>>
  onEnter: (name: string, value: string | boolean) => void
}) {
  return (
    <>
      {fields.map((field) => {
        const id = `${prefix}-${field.name}`
        const value = entered[field.name] ?? field.initial
        return (
          <div class="field" key={id}>
            <label for={id}>
              {field.label} {!field.required && field.kind !== 'switch' && <span class="t3">{t('form.optional')}</span>}
            </label>
            {field.kind === 'choice' ? (
              <select class="in" id={id} value={String(value)} onChange={(change) => onEnter(field.name, change.currentTarget.value)}>
                {field.choices.map((choice) => (
                  <option key={choice} value={choice}>
                    {choice}
                  </option>
                ))}
              </select>
            ) : field.kind === 'switch' ? (
              <button
                type="button"
                id={id}
                class="sw"
                role="switch"
                aria-checked={value === true}
                onClick={() => onEnter(field.name, value !== true)}
              />
            ) : (
              <input
                class="in"
                id={id}
                {...(field.kind === 'secret' ? { type: 'password' } : { type: 'text' })}
                inputMode={field.kind === 'number' ? 'decimal' : undefined}
                autocomplete={field.kind === 'secret' ? 'new-password' : 'off'}
                spellcheck={false}
                required={field.required}
                aria-describedby={field.hint ? `${id}-hint` : undefined}
                value={String(value)}
                onInput={(input) => onEnter(field.name, input.currentTarget.value)}
              />
            )}
            {field.hint && (
              <span class="hint" id={`${id}-hint`}>
                {field.hint}
              </span>
            )}
          </div>
        )
      })}
    </>
  )
}
