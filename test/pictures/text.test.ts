import { describe, expect, it, test } from 'vitest';
import {
  Add,
  Conv2D,
  Dense,
  Flatten,
  Input,
  Model,
  resetNames,
  Sequential,
  toDOT,
  toMermaid,
} from '../../lib/index.js';
import { resnet50 } from './nets.js';
import { elementsOf, parseXML, textsOf } from './xml.js';

const STYLES = ['volumes', 'graph'] as const;

/** Names, and how a document can show them. */
const HOSTILE: [string, string?][] = [
  ['<script>alert(1)<script>'],
  ['"quotes" & \'apostrophes\''],
  [']]><!-- %% end; #35; | { } [ ] ` \\n \\'],
  ['été 漢字 😀 \u202e'],
  ['\ud800 lone \u0000 \u0007 \n\t\uffff', '\ufffd lone \ufffd \ufffd \n\t\ufffd'],
  ['x'.repeat(200)],
  ['end'],
];

describe.each(HOSTILE)('a layer called %j', (name, shown = name) => {
  const model = () => {
    const input = Input({ shape: [8, 8, 3], name: `in ${name}` });
    const y = new Add({ name: `add ${name}` }).apply([
      new Conv2D({ filters: 3, kernelSize: 1, name }).apply(input),
      input,
    ]);
    return new Model({ inputs: input, outputs: y, name: `net ${name}` });
  };

  it.each(STYLES)('is text in the %s', (style) => {
    const svg = parseXML(model().toSVG({ style }));
    expect(elementsOf(svg, 'script')).toEqual([]);
    const said = elementsOf(svg, 'title').map(({ children }) => children.join(''));
    expect(
      said.some((text) => text.includes(shown)),
      said.join('\n'),
    ).toBe(true);
    for (const text of textsOf(svg)) expect(text.length).toBeLessThan(170);
  });

  it('is a label in Mermaid and DOT', () => {
    for (const line of model().toMermaid().split('\n').slice(1, -1)) {
      expect(line).toMatch(
        /^ {2}(n\d+\["[^"<>]*(<br\/>[^"<>]*)*"\]|n\d+ -->\|"[^"]*"\| n\d+|classDef \w+ [\w#:,]+|class [n\d,]+ \w+)$/,
      );
    }
    for (const line of model().toDOT().split('\n').slice(1, -2)) {
      expect(line).toMatch(/^ {2}[^"]*("([^"\\]|\\.)*"[^"]*)*;$/);
    }
  });
});

test('Mermaid: nodes, edges with shapes, repeats as subgraphs, a class per kind', () => {
  resetNames();
  const model = new Sequential({
    name: 'small',
    layers: [
      Input({ shape: [8, 8, 1], name: 'image' }),
      new Conv2D({ name: 'conv', filters: 2, kernelSize: 3 }),
      new Flatten({ name: 'flat' }),
    ],
  });
  expect(toMermaid(model).split('\n')).toEqual([
    'flowchart TD',
    '  n0["Input<br/>image"]',
    '  n1["Conv2D<br/>conv<br/>3×3"]',
    '  n2["Flatten<br/>flat"]',
    '  n0 -->|"8×8×1"| n1',
    '  n1 -->|"6×6×2"| n2',
    '  classDef input fill:#e2e5e9,stroke:#8b98a8,color:#1f2328',
    '  classDef convolution fill:#f8e8ce,stroke:#e2a33b,color:#1f2328',
    '  classDef reshaping fill:#eddfe7,stroke:#b57f9f,color:#1f2328',
    '  class n0 input',
    '  class n1 convolution',
    '  class n2 reshaping',
    '',
  ]);
  const long = toMermaid(resnet50(3)).split('\n');
  expect(long.filter((line) => line.startsWith('  subgraph'))).toEqual([
    '  subgraph r0["× 2"]',
    '  subgraph r1["× 3"]',
    '  subgraph r2["× 5"]',
    '  subgraph r3["× 2"]',
  ]);
  expect(long.filter((line) => line === '  end')).toHaveLength(4);
  expect(toMermaid(resnet50(3), { fold: false })).not.toContain('subgraph');
});

test('DOT: nodes, edges with shapes, repeats as clusters', () => {
  const model = new Sequential({
    name: 'small "net"',
    layers: [Input({ shape: [8], name: 'x' }), new Dense({ name: 'fc', units: 2, activation: 'relu' })],
  });
  expect(toDOT(model).split('\n')).toEqual([
    'digraph "small \\"net\\"" {',
    '  rankdir=TB;',
    '  node [shape=box, style="rounded,filled", fontname="Helvetica", fontsize=11];',
    '  edge [fontname="Helvetica", fontsize=10];',
    '  n0 [label="Input\\nx", color="#8b98a8", fillcolor="#e2e5e9"];',
    '  n1 [label="Dense\\nfc\\nrelu", color="#3f86d6", fillcolor="#cfe1f5"];',
    '  n0 -> n1 [label="8"];',
    '}',
    '',
  ]);
  expect(toDOT(resnet50(3)).match(/subgraph cluster_\d/g)).toHaveLength(4);
});
