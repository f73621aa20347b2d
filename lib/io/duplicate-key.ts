/**
 * The first key that an object of a JSON text holds twice, or undefined. `JSON.parse` keeps the last one silently, and two
 * readers that disagree on which one counts see two different files. The text must have passed `JSON.parse`.
 */
export function duplicateKey(json: string): string | undefined {
  const objects: (Set<string> | null)[] = [];
  let at = 0;
  while (at < json.length) {
    const char = json[at];
    if (char === '{') objects.push(new Set());
    else if (char === '[') objects.push(null);
    else if (char === '}' || char === ']') objects.pop();
    else if (char === '"') {
      const end = stringEnd(json, at);
      const keys = objects.at(-1);
      if (keys && isKey(json, end)) {
        const key = JSON.parse(json.slice(at, end)) as string; // "\u0061" and "a" are the same key
        if (keys.has(key)) return key;
        keys.add(key);
      }
      at = end;
      continue;
    }
    at++;
  }
  return undefined;
}

/** The index after the closing quote. */
function stringEnd(json: string, start: number): number {
  let at = start + 1;
  while (json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
  return at + 1;
}

/** In valid JSON a string in an object is a key exactly when a colon follows. */
function isKey(json: string, end: number): boolean {
  let at = end;
  while (/\s/.test(json[at] ?? '')) at++;
  return json[at] === ':';
}
