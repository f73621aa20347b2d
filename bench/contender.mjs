import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const worker = fileURLToPath(new URL('worker.mjs', import.meta.url));

/** A contender's process, seen from the runner: one request at a time, one answer each. */
export class Contender {
  #child;
  #waiting;

  static async start(name, module, threads) {
    const contender = new Contender();
    const file = new URL(module, import.meta.url).href;
    const env = { ...process.env, OMP_NUM_THREADS: String(threads) };
    contender.#child = fork(worker, [file, name, String(threads)], { serialization: 'advanced', env });
    contender.#child.on('exit', (code, signal) => {
      contender.#waiting?.reject(new Error(`the process of ${name} ended (${signal ?? code})`));
    });
    contender.#child.on('message', (message) => {
      const waiting = contender.#waiting;
      contender.#waiting = undefined;
      if (message.ok) waiting.resolve(message);
      else waiting.reject(new Error(`${name}: ${message.error}`));
    });
    const hello = await contender.#answer();
    return Object.assign(contender, { name: hello.name, version: hello.version, machine: hello.machine });
  }

  #answer() {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  ask(task, message = {}) {
    const answer = this.#answer();
    this.#child.send({ task, ...message });
    return answer;
  }

  stop() {
    this.#child.removeAllListeners('exit');
    if (this.#child.connected) this.#child.send({ task: 'exit' });
  }
}
