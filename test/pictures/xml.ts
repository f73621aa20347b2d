import { BOLD, textWidth } from '../../lib/pictures/svg.js';

/** A strict reader of the XML that pictures are: one root, tags that close, quoted attributes, known entities, legal characters. */
export interface XMLElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: (XMLElement | string)[];
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

function decoded(text: string): string {
  if (/[<>]/.test(text)) throw new Error(`an angle bracket in ${JSON.stringify(text)}`);
  return text.replace(/&([^;&]*);?/g, (whole, name: string) => {
    const char = ENTITIES[name];
    if (char === undefined || !whole.endsWith(';')) throw new Error(`the entity ${JSON.stringify(whole)}`);
    return char;
  });
}

/** The document as a tree. @throws where it is not well-formed */
export function parseXML(text: string): XMLElement {
  for (const char of text) {
    const code = char.codePointAt(0) as number;
    const control = code < 0x20 && ![9, 10, 13].includes(code);
    if (control || (code >= 0xd800 && code <= 0xdfff) || code === 0xfffe || code === 0xffff) {
      throw new Error(`the character ${code.toString(16)}`);
    }
  }
  const root: XMLElement = { name: '', attributes: {}, children: [] };
  const open = [root];
  const token = /<(\/?)([a-zA-Z]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/y;
  while (token.lastIndex < text.length) {
    const at = token.lastIndex;
    const match = token.exec(text);
    if (match === null) throw new Error(`no XML at ${JSON.stringify(text.slice(at, at + 80))}`);
    const [, close, name = '', attributes = '', empty, content] = match;
    const top = open.at(-1) as XMLElement;
    if (content !== undefined) top.children.push(decoded(content));
    else if (close) {
      if (top.name !== name) throw new Error(`</${name}> closes <${top.name}>`);
      open.pop();
    } else {
      const pairs = [...attributes.matchAll(/([\w:-]+)="([^"]*)"/g)].map(
        ([, key, value]) => [key as string, decoded(value as string)] as const,
      );
      if (new Set(pairs.map(([key]) => key)).size !== pairs.length)
        throw new Error(`an attribute twice in <${name}>`);
      const element = { name, attributes: Object.fromEntries(pairs), children: [] };
      top.children.push(element);
      if (!empty) open.push(element);
    }
  }
  if (open.length !== 1) throw new Error(`<${open.at(-1)?.name}> is not closed`);
  const elements = root.children.filter((child) => typeof child !== 'string');
  if (elements.length !== 1) throw new Error(`${elements.length} roots`);
  return elements[0] as XMLElement;
}

/** All elements of a name, in the order of the document. */
export function elementsOf(element: XMLElement, name: string): XMLElement[] {
  const inside = element.children.flatMap((child) =>
    typeof child === 'string' ? [] : elementsOf(child, name),
  );
  return element.name === name ? [element, ...inside] : inside;
}

/** What the `text` elements say. */
export const textsOf = (element: XMLElement): string[] =>
  elementsOf(element, 'text').map(({ children }) => children.join(''));

/** A line of text with the rectangle that it takes. */
export interface PlacedText {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Where the lines of a picture stand; groups may be shifted. */
export function placedTexts(element: XMLElement, dx = 0, dy = 0): PlacedText[] {
  const [x = 0, y = 0] =
    /translate\(([-\d.]+) ([-\d.]+)\)/
      .exec(element.attributes.transform ?? '')
      ?.slice(1)
      .map(Number) ?? [];
  const inside = element.children.flatMap((child) =>
    typeof child === 'string' ? [] : placedTexts(child, dx + x, dy + y),
  );
  if (element.name !== 'text') return inside;
  const text = element.children.join('');
  const { class: style = '', 'text-anchor': anchor = 'start' } = element.attributes;
  const size = Number(element.attributes['font-size'] ?? 12);
  const width = textWidth(text, size) * (/strong|title/.test(style) ? BOLD : 1);
  const left =
    dx +
    Number(element.attributes.x) -
    { start: 0, middle: width / 2, end: width }[anchor as 'start' | 'middle' | 'end'];
  const base = dy + Number(element.attributes.y);
  return [{ text, left, right: left + width, top: base - 0.75 * size, bottom: base + 0.2 * size }];
}
