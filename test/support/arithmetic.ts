/**
 * A small evaluator for the arithmetic that explanations write out, so that a test can do the sum again. It knows numbers
 * with commas, + - * / %, parentheses, floor, ceil and max; `x` between numbers is a product, other words are skipped.
 */
const FUNCTIONS: Readonly<Record<string, (...values: number[]) => number>> = {
  floor: Math.floor,
  ceil: Math.ceil,
  max: Math.max,
};

function tokensOf(text: string): string[] {
  const found =
    text.replaceAll(/(\d),(?=\d{3}\b)/g, '$1').match(/\d+(?:\.\d+)?|[a-zA-Z_]+|[-+*/%(),]/g) ?? [];
  return found
    .map((token) => (token === 'x' ? '*' : token))
    .filter((token) => !/^[a-zA-Z_]/.test(token) || token in FUNCTIONS);
}

class Reader {
  #at = 0;
  readonly #tokens: readonly string[];

  constructor(text: string) {
    this.#tokens = tokensOf(text);
  }

  all(): number {
    const value = this.#sum();
    if (this.#at !== this.#tokens.length)
      throw new Error(`not understood: ${this.#tokens.slice(this.#at).join(' ')}`);
    return value;
  }

  #next(...wanted: string[]): string | undefined {
    const token = this.#tokens[this.#at];
    if (token === undefined || !wanted.includes(token)) return undefined;
    this.#at++;
    return token;
  }

  #sum(): number {
    let value = this.#product();
    for (let sign = this.#next('+', '-'); sign; sign = this.#next('+', '-')) {
      const term = this.#product();
      value = sign === '+' ? value + term : value - term;
    }
    return value;
  }

  #product(): number {
    let value = this.#factor();
    for (let sign = this.#next('*', '/', '%'); sign; sign = this.#next('*', '/', '%')) {
      const factor = this.#factor();
      value = sign === '*' ? value * factor : sign === '/' ? value / factor : value % factor;
    }
    return value;
  }

  #factor(): number {
    if (this.#next('-')) return -this.#factor();
    const name = this.#next(...Object.keys(FUNCTIONS));
    if (name !== undefined) return (FUNCTIONS[name] as (...values: number[]) => number)(...this.#list());
    if (this.#next('(')) {
      const value = this.#sum();
      if (!this.#next(')')) throw new Error('a parenthesis is not closed');
      return value;
    }
    return Number(this.#tokens[this.#at++]);
  }

  #list(): number[] {
    if (!this.#next('(')) throw new Error('a function without arguments');
    const values = [this.#sum()];
    while (this.#next(',')) values.push(this.#sum());
    if (!this.#next(')')) throw new Error('a parenthesis is not closed');
    return values;
  }
}

/** The value of an expression. */
export const evaluate = (text: string): number => new Reader(text).all();

/** `name = arithmetic = result`, what follows a colon left out; the result as stated and as computed again. */
export function checked(formula: string): {
  readonly name: string;
  readonly stated: number;
  readonly computed: number;
} {
  const parts = formula.split(' = ');
  if (parts.length < 2) throw new Error(`no formula: ${formula}`);
  const [name, expression] = parts as [string, string];
  const stated = Number.parseFloat((parts.at(-1) as string).replaceAll(',', ''));
  return { name, stated, computed: parts.length === 2 ? stated : evaluate(expression) };
}

/** The same for a count: `96 filters x (11 x 11 x 3 weights + 1 bias) = 34,944`. */
export function checkedCount(text: string): { readonly stated: number; readonly computed: number } {
  const at = text.lastIndexOf(' = ');
  return { stated: Number(text.slice(at + 3).replaceAll(',', '')), computed: evaluate(text.slice(0, at)) };
}
