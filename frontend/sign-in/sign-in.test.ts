import { describe, expect, it } from 'vitest'
import { nextPlace } from './frame.tsx'

describe('the place after signing in', () => {
  it.each([
    ['?next=/desk/flood%23channels', '/desk/flood#channels'],
    ['', '/desk'],
    ['?next=https://evil.example', '/desk'],
    ['?next=//evil.example', '/desk'],
    ['?next=/%5Cevil.example', '/desk'],
    ['?next=javascript:alert(1)', '/desk'],
  ])('of %s is %s, never another site', (search, place) => {
    expect(nextPlace(search)).toBe(place)
  })
})
