import { cells, failures, machineLine, noiseLines, summaryLines, versionLine } from './table.mjs';

/** A run as Markdown: the machine, the versions, the means, the chart (a path, if there is one) and the table. */
export function report(result, image) {
  const [head, ...rows] = cells(result);
  const line = (texts) => `| ${texts.join(' | ')} |`;
  const picture = image === undefined ? [] : [`![${result.list}: Layerwise and its peers](${image})`, ''];
  return [
    `${machineLine(result.machine)}. ${result.date}; ${versionLine(result)}.`,
    '',
    ...picture,
    line(head),
    line(head.map((_, i) => (i === 0 ? '---' : '---:'))),
    ...rows.map(line),
    '',
    ...[...summaryLines(result), ...noiseLines(result), ...failures(result)].map((text) => `- ${text}`),
  ].join('\n');
}

/** The text with what lies between `<!-- table:NAME -->` and `<!-- /table:NAME -->` replaced. */
export function fillTable(text, name, content) {
  const [open, close] = [`<!-- table:${name} -->`, `<!-- /table:${name} -->`];
  const start = text.indexOf(open);
  const end = text.indexOf(close, start);
  if (start < 0 || end < 0) throw new Error(`the document has no ${open} followed by ${close}`);
  return `${text.slice(0, start + open.length)}\n${content}\n${text.slice(end)}`;
}
