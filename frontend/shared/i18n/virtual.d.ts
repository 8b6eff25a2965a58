declare module 'virtual:messages' {
  import type { Message } from '../../compile/icu.ts'
  export const en: Record<string, Message>
  export const others: Record<string, () => Promise<{ default: Record<string, Message> }>>
}
declare module 'virtual:messages/*' {
  import type { Message } from '../../compile/icu.ts'
  const compiled: Record<string, Message>
  export default compiled
}
