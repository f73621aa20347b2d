const CLASSES = 10;

/** Counts of what came out, kept while the batch runs; nothing grows with the number of files. */
export class Score {
  files = 0;
  errors = 0;
  labelled = 0;
  right = 0;
  /** confusion[label][predicted] */
  confusion = Array.from({ length: CLASSES }, () => new Array(CLASSES).fill(0));

  add(label, predicted) {
    this.files++;
    if (label === undefined) return;
    this.labelled++;
    if (label === predicted) this.right++;
    this.confusion[label][predicted]++;
  }

  addError() {
    this.files++;
    this.errors++;
  }
}

function confusionTable(confusion) {
  const width = Math.max(4, ...confusion.flat().map((count) => String(count).length + 1));
  const cell = (text) => String(text).padStart(width);
  const head = `  label \\ predicted${confusion.map((_, i) => cell(i)).join('')}`;
  const rows = confusion.map((row, label) => {
    return `  ${String(label).padStart(17)}${row.map((count) => cell(count || '.')).join('')}`;
  });
  return [head, ...rows].join('\n');
}

/** The closing text: accuracy, confusion matrix, speed end to end and per stage, and where the results are. */
export function report(score, timings, out) {
  const lines = [];
  const classified = score.files - score.errors;
  lines.push(`${classified} of ${score.files} files classified, ${score.errors} could not be read`);
  if (score.labelled > 0) {
    const percent = ((100 * score.right) / score.labelled).toFixed(2);
    lines.push(
      `accuracy ${score.right}/${score.labelled} (${percent}%)`,
      '',
      confusionTable(score.confusion),
      '',
    );
  }
  const rate = (ms) =>
    ms > 0 ? `${Math.round((1000 * score.files) / ms).toLocaleString('en')} images/s` : '-';
  const row = (name, ms, note) =>
    `  ${name.padEnd(11)}${ms.toFixed(1).padStart(9)} ms  ${rate(ms).padStart(18)}  ${note}`;
  lines.push(
    row('end to end', timings.totalMs, 'decode, compute and write overlap'),
    row('decode', timings.decodeMs, 'alone, afterwards'),
    row('compute', timings.computeMs, 'alone, afterwards'),
    row('write', timings.writeMs, 'formatting and handing to the file, while the rest ran'),
    `results: ${out}`,
  );
  return lines.join('\n');
}
