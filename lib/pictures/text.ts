import { type Diagram, KINDS, sizesText } from './diagram.js';
import { absorb, type Block, type Folded, separate } from './fold.js';
import { linesOf } from './graph-layout.js';
import { KIND_COLOURS, mix } from './palette.js';
import { foldedFor } from './volumes.js';

/** The blocks of a text: what the picture of the graph shows. */
const foldedOf = (diagram: Diagram, fold: boolean | undefined): Folded =>
  foldedFor(fold === false ? separate(diagram) : absorb(diagram, false), fold);

const linesFor = (block: Block): string[] => {
  const { head, name, rest } = linesOf(block);
  return [head, name, ...rest];
};

const places = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i);

/** The text on one line, without characters that no file of text should have. */
const printable = (text: string): string =>
  Array.from(text, (char) => {
    const code = char.codePointAt(0) as number;
    return code < 0x20 || code === 0x7f ? ' ' : code >= 0xd800 && code <= 0xdfff ? '\ufffd' : char;
  }).join('');

/** Text inside quotes: characters that mean something to Mermaid or to HTML as its `#code;` entities. */
function mermaidText(text: string): string {
  return Array.from(printable(text), (char) => {
    const code = char.codePointAt(0) as number;
    return code >= 0x80 || /[\w .,:+()×/-]/.test(char) ? char : `#${code};`;
  }).join('');
}

/** The graph as a Mermaid flowchart: a node per block, shapes on the edges, repeated blocks in a subgraph. */
export function mermaid(diagram: Diagram, fold: boolean | undefined): string {
  const { blocks, repeats } = foldedOf(diagram, fold);
  // Mermaid takes a line that starts with a plus for a list.
  const node = (at: number) => {
    const lines = linesFor(blocks[at] as Block).map((line) => mermaidText(line.replace(/^\+ /, '')));
    return `n${at}["${lines.join('<br/>')}"]`;
  };
  const inside = repeats.flatMap(({ first, last }) => places(first, last));
  const kinds = KINDS.filter((kind) => blocks.some((block) => block.node.kind === kind));
  const lines = [
    ...[...blocks.keys()].filter((at) => !inside.includes(at)).map(node),
    ...repeats.flatMap(({ first, last, times }, i) => [
      `subgraph r${i}["× ${times}"]`,
      ...places(first, last).map((at) => `  ${node(at)}`),
      'end',
    ]),
    ...blocks.flatMap(({ inputs }, to) =>
      inputs.map(({ from, shape }) => `n${from} -->|"${sizesText(shape)}"| n${to}`),
    ),
    ...kinds.map((kind) => {
      const fill = mix('#ffffff', KIND_COLOURS[kind], 0.25);
      return `classDef ${kind} fill:${fill},stroke:${KIND_COLOURS[kind]},color:#1f2328`;
    }),
    ...kinds.map((kind) => {
      const members = [...blocks.keys()].filter((at) => (blocks[at] as Block).node.kind === kind);
      return `class ${members.map((at) => `n${at}`).join(',')} ${kind}`;
    }),
  ];
  return ['flowchart TD', ...lines.map((line) => `  ${line}`), ''].join('\n');
}

/** A quoted string of the DOT language; Graphviz reads entities in labels, so ampersands are one. */
const dotText = (...lines: readonly string[]): string => {
  const escaped = lines.map((line) =>
    printable(line).replaceAll('&', '&amp;').replaceAll('\\', '\\\\').replaceAll('"', '\\"'),
  );
  return `"${escaped.join('\\n')}"`;
};

/** The graph in the DOT language of Graphviz: a node per block, shapes on the edges, repeated blocks in a cluster. */
export function dot(diagram: Diagram, fold: boolean | undefined): string {
  const { blocks, repeats } = foldedOf(diagram, fold);
  const lines = [
    'rankdir=TB;',
    'node [shape=box, style="rounded,filled", fontname="Helvetica", fontsize=11];',
    'edge [fontname="Helvetica", fontsize=10];',
    ...blocks.map((block, at) => {
      const colour = KIND_COLOURS[block.node.kind];
      const fill = mix('#ffffff', colour, 0.25);
      return `n${at} [label=${dotText(...linesFor(block))}, color="${colour}", fillcolor="${fill}"];`;
    }),
    ...repeats.map(({ first, last, times }, i) => {
      const members = places(first, last).map((at) => ` n${at};`);
      return `subgraph cluster_${i} { label="× ${times}"; style=dashed;${members.join('')} }`;
    }),
    ...blocks.flatMap(({ inputs }, to) =>
      inputs.map(({ from, shape }) => `n${from} -> n${to} [label=${dotText(sizesText(shape))}];`),
    ),
  ];
  return [`digraph ${dotText(diagram.title)} {`, ...lines.map((line) => `  ${line}`), '}', ''].join('\n');
}
