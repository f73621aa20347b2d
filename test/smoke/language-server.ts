import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly result?: unknown;
  readonly error?: unknown;
}

/** A place in a file: the end of the first occurrence of `text`. */
export interface Place {
  readonly file: string;
  readonly after: string;
}

/** TypeScript's language server, asked what an editor asks: messages of JSON behind a `Content-Length` header. */
export class LanguageServer {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #waiting = new Map<number, (message: Message) => void>();
  readonly #open = new Set<string>();
  #buffer = Buffer.alloc(0);
  #next = 1;

  private constructor(tsc: string, folder: string) {
    this.#process = spawn(process.execPath, [tsc, '--lsp', '--stdio'], { cwd: folder });
    this.#process.stdout.on('data', (chunk: Buffer) => this.#read(chunk));
  }

  static async start(tsc: string, folder: string): Promise<LanguageServer> {
    const server = new LanguageServer(tsc, folder);
    await server.#ask('initialize', {
      processId: process.pid,
      rootUri: pathToFileURL(folder).href,
      capabilities: { textDocument: { hover: { contentFormat: ['plaintext'] } } },
    });
    server.#send({ method: 'initialized', params: {} });
    return server;
  }

  /** What an editor shows when the mouse rests there: the text in the fence of code. */
  async hover(place: Place): Promise<string> {
    const found = (await this.#ask('textDocument/hover', this.#at(place, -1))) as {
      contents: { value: string } | string;
    } | null;
    const contents = found?.contents ?? '';
    return (typeof contents === 'string' ? contents : contents.value).replace(/```\w*\n?/g, '').trim();
  }

  /** What an editor proposes there. */
  async completions(place: Place): Promise<string[]> {
    const found = (await this.#ask('textDocument/completion', this.#at(place, 0))) as
      | { items: { label: string }[] }
      | { label: string }[]
      | null;
    const items = Array.isArray(found) ? found : (found?.items ?? []);
    return items.map(({ label }) => label);
  }

  stop(): void {
    this.#process.kill();
  }

  #at({ file, after }: Place, offset: number) {
    const uri = pathToFileURL(file).href;
    const text = readFileSync(file, 'utf8');
    if (!this.#open.has(uri)) {
      this.#open.add(uri);
      this.#send({
        method: 'textDocument/didOpen',
        params: { textDocument: { uri, languageId: 'typescript', version: 1, text } },
      });
    }
    const at = text.indexOf(after);
    if (at < 0) throw new Error(`${file} has no "${after}"`);
    const before = text.slice(0, at + after.length + offset).split('\n');
    const position = { line: before.length - 1, character: (before.at(-1) as string).length };
    return { textDocument: { uri }, position };
  }

  #ask(method: string, params: unknown): Promise<unknown> {
    const id = this.#next++;
    this.#send({ id, method, params });
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ result, error }) => {
        if (error === undefined) resolve(result);
        else reject(new Error(`${method}: ${JSON.stringify(error)}`));
      });
    });
  }

  #send(message: object): void {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    this.#process.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  #read(chunk: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    for (;;) {
      const end = this.#buffer.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/Content-Length: (\d+)/i.exec(this.#buffer.toString('latin1', 0, end))?.[1]);
      if (this.#buffer.length < end + 4 + length) return;
      const message = JSON.parse(this.#buffer.toString('utf8', end + 4, end + 4 + length)) as Message;
      this.#buffer = this.#buffer.subarray(end + 4 + length);
      this.#receive(message);
    }
  }

  #receive(message: Message): void {
    if (message.method !== undefined) {
      // The server's own questions (capabilities, configuration) get an empty answer.
      if (message.id !== undefined) this.#send({ id: message.id, result: null });
      return;
    }
    this.#waiting.get(message.id as number)?.(message);
    this.#waiting.delete(message.id as number);
  }
}
