/** Making elements without any HTML sink: names, attributes and text nodes, nothing that is parsed. */
export type Child = Node | string | false | '' | null | undefined
export type Attributes = Record<string, string | number | boolean | null | undefined>

export function h(tag: string, attributes: Attributes = {}, ...children: Child[]): HTMLElement {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value === true ? '' : String(value))
  }
  element.append(...children.filter((child): child is Node | string => Boolean(child)))
  return element
}

export const icon = (name: string): HTMLElement => h('span', { class: `i i-${name}`, 'aria-hidden': 'true' })
