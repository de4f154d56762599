// A measuring process that is told what to do a line at a time and answers each with a line. Fields
// are separated by tabs; an answer begins with "ok" or "error". See measure.cc and peers.js.
'use strict';
const childProcess = require('child_process');
const readline = require('readline');

class Worker {
  // `cpu`: the processor that it and its children are pinned to, or null.
  constructor(command, cpu) {
    this.name = command.join(' ');
    this.waiting = [];
    const pinned = cpu === null ? command : ['taskset', '-c', String(cpu), ...command];
    this.child = childProcess.spawn(pinned[0], pinned.slice(1),
      { stdio: ['pipe', 'pipe', 'inherit'] });
    this.child.stdin.on('error', () => {});
    this.child.on('error', (error) => this.fail(error.message));
    this.child.on('close', () => this.fail('ended'));
    readline.createInterface({ input: this.child.stdout }).on('line', (line) => {
      const [state, ...fields] = line.split('\t');
      const { resolve, reject, request } = this.waiting.shift();
      if (state === 'ok') resolve(fields);
      else reject(new Error(`${request.join(' ')}: ${fields.join(' ')}`));
    });
  }

  fail(reason) {
    for (const { reject } of this.waiting.splice(0)) reject(new Error(`${this.name}: ${reason}`));
  }

  // Sends a request and resolves to the fields of the answer.
  ask(...request) {
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject, request });
      this.child.stdin.write(request.join('\t') + '\n');
    });
  }

  // `repeats` times one operation on a text: { result, times } with times in nanoseconds.
  async time(operation, encoding, text, repeats) {
    const [result, ...times] = await this.ask(operation, encoding, text, repeats);
    return { result: Number(result), times: times.map(Number) };
  }

  // One process: { exitCode, time, residentBytes, output }; output is its first line.
  async run(input, command) {
    const [exitCode, time, residentKib, ...line] = await this.ask('run', input, ...command);
    return { exitCode: Number(exitCode), time: Number(time), residentBytes: 1024 * residentKib,
      output: line.join('\t') };
  }

  stop() {
    this.child.stdin.end();
  }
}

module.exports = { Worker };
