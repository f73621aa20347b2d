/** What XML 1.0 can hold; other characters cannot stand in a document even when they are escaped. */
const isLegal = (code: number): boolean =>
  code === 9 ||
  code === 10 ||
  code === 13 ||
  (code >= 0x20 && code <= 0xd7ff) ||
  (code >= 0xe000 && code <= 0xfffd) ||
  code >= 0x10000;

/** Text as it can stand between tags and in attributes. @example escapeXml('a < "b"'); // "a &lt; &quot;b&quot;" */
export function escapeXml(text: string): string {
  const legal = Array.from(text, (char) => (isLegal(char.codePointAt(0) as number) ? char : '\ufffd'));
  return legal
    .join('')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** A number with two digits, so that a picture is the same text everywhere. @example coordinate(1.23456); // "1.23" */
export const coordinate = (value: number): string => String(Math.round(value * 100) / 100 + 0);

/** An element with attributes, escaped, and with content, taken as it is. */
export function element(name: string, attributes: Attributes, ...content: readonly string[]): string {
  const list = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(
      ([key, value]) =>
        ` ${key}="${typeof value === 'number' ? coordinate(value) : escapeXml(String(value))}"`,
    );
  const inside = content.filter((part) => part !== '').join('');
  return inside === '' ? `<${name}${list.join('')}/>` : `<${name}${list.join('')}>${inside}</${name}>`;
}

/** How a line of text looks and where it is anchored. */
export interface TextStyle {
  /** Classes of the style sheet. */
  readonly class?: string;
  readonly anchor?: 'start' | 'middle' | 'end';
  /** Pixels. Default 12. */
  readonly size?: number;
}

/** A line of text whose baseline starts (or is centred, or ends) at a point. */
export function textAt(x: number, y: number, content: string, style: TextStyle = {}): string {
  const anchor = style.anchor === 'start' ? undefined : style.anchor;
  return element(
    'text',
    { x, y, class: style.class, 'text-anchor': anchor, 'font-size': style.size },
    escapeXml(content),
  );
}

/** A closed polygon. */
export const polygon = (points: readonly (readonly [number, number])[], attributes: Attributes): string =>
  element('polygon', {
    points: points.map(([x, y]) => `${coordinate(x)},${coordinate(y)}`).join(' '),
    ...attributes,
  });

/** The text that is shown when the pointer rests on an element. */
export const tooltip = (text: string): string => element('title', {}, escapeXml(text));

const WIDTHS: readonly (readonly [string, number])[] = [
  ["ijl.,:;!|'`", 0.32],
  ['frt()[]{}/\\-" ', 0.41],
  ['mwMW@%', 0.98],
  ['×+=<>~', 0.84],
  ['0123456789', 0.64],
];

const emOf = (char: string): number => {
  const listed = WIDTHS.find(([chars]) => chars.includes(char));
  if (listed !== undefined) return listed[1];
  const code = char.codePointAt(0) as number;
  if (code >= 0x2e80) return 1.05; // CJK, emoji
  if (code >= 0x80) return 0.85;
  return char >= 'A' && char <= 'Z' ? 0.72 : 0.62;
};

/** How much wider bold text is. */
export const BOLD = 1.13;

/** The pixels that a line takes, rather too many: a document cannot ask for the fonts of its reader. */
export const textWidth = (text: string, size: number): number =>
  size * Array.from(text).reduce((sum, char) => sum + emOf(char), 0);

/** The text, cut with an ellipsis where it would be wider than `width` pixels. @example fitText('conv1', 100, 12); // "conv1" */
export function fitText(text: string, width: number, size: number): string {
  if (textWidth(text, size) <= width) return text;
  const room = width - textWidth('…', size);
  let taken = 0;
  const kept: string[] = [];
  for (const char of text) {
    taken += size * emOf(char);
    if (taken > room) break;
    kept.push(char);
  }
  return `${kept.join('').trimEnd()}…`;
}

/** What stands around a drawing. */
export interface DocumentOptions {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  /** The style sheet. */
  readonly style: string;
}

/** A standalone document with a page behind the drawing. */
export function svgDocument(
  { width, height, title, style }: DocumentOptions,
  content: readonly string[],
): string {
  const size = { width: Math.ceil(width), height: Math.ceil(height) };
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${size.width} ${size.height}`,
    ...size,
    role: 'img',
  };
  const lines = [
    tooltip(title),
    `<style>${style}</style>`,
    element('rect', { ...size, rx: 8, class: 'page' }),
    ...content.filter((part) => part !== ''),
  ];
  return `${element('svg', attributes, `\n${lines.join('\n')}\n`)}\n`;
}
