// What bench/compare can measure. Each function takes the context of the run (see compare) and
// resolves to the tables that it fills. Every row checks ids or counts before it is timed.
'use strict';
const childProcess = require('child_process');
const fs = require('fs');
const path = require('path');
const { adversarialInputs } = require('./adversarial');
const { check } = require('./equality');
const { best, median, spread, rate, round, rateCell } = require('./statistics');

const MB = 1000000;
const times = (ratio) => `${round(ratio)}×`;
const milliseconds = (nanoseconds) => (nanoseconds / 1e6).toFixed(nanoseconds < 1e7 ? 3 : 1);

// One repeat of npm tiktoken takes as long as a hundred of ours: ours are repeated more in each round.
const OUR_REPEATS_A_ROUND = 5;

// A count of adversarial input that took longer, in nanoseconds, is not tried on twice the length.
const TOO_LONG = 2e9;

// Collects times of several operations in turns: round by round, so that a noisy moment hits all.
async function inTurns(rounds, operations) {
  const collected = operations.map(() => []);
  for (let round = 0; round < rounds; ++round) {
    for (const [i, operation] of operations.entries()) collected[i].push(...await operation());
  }
  return collected;
}

// npm tiktoken's best warm encode of a text in this run, in nanoseconds.
async function tiktokenBest(context, encoding, text) {
  const key = `${encoding}\t${text.path}`;
  if (!context.baseline.has(key)) {
    const { times: all } =
      await context.tiktoken.time('encode', encoding, text.name, context.repeats);
    context.baseline.set(key, best(all));
  }
  return context.baseline.get(key);
}

async function warm(context) {
  const sections = [];
  for (const encoding of context.encodings) {
    const rows = [];
    for (const text of context.texts) {
      context.progress(`warm: ${encoding} ${text.name}`);
      const { tokens, peerAgrees } = await check(context, encoding, text);
      const timed = async (worker, operation, repeats) => {
        const { result, times: all } = await worker.time(operation, encoding, text.name, repeats);
        if (worker !== context.gptTokenizer && result !== tokens) {
          throw new Error(`${operation} ${encoding} ${text.name}: ${result} tokens, not ${tokens}`);
        }
        return all;
      };
      await timed(context.tiktoken, 'encode', 1);
      const [tiktoken, gpt, gptCount, encode, count] = await inTurns(context.repeats, [
        () => timed(context.tiktoken, 'encode', 1),
        () => timed(context.gptTokenizer, 'encode', 1),
        () => timed(context.gptTokenizer, 'count', 1),
        () => timed(context.ours, 'encode', OUR_REPEATS_A_ROUND),
        () => timed(context.ours, 'count', OUR_REPEATS_A_ROUND),
      ]);
      context.baseline.set(`${encoding}\t${text.path}`, best(tiktoken));
      const mark = peerAgrees ? '' : ' ✗';
      rows.push([
        text.name,
        rateCell(text.bytes, tiktoken),
        round(rate(text.bytes, best(gpt))) + mark,
        round(rate(text.bytes, best(gptCount))) + mark,
        rateCell(text.bytes, encode),
        times(best(tiktoken) / best(encode)),
        rateCell(text.bytes, count),
        times(best(tiktoken) / best(count)),
      ]);
    }
    sections.push({
      title: `Warm, ${encoding}`,
      note: `MB/s of text (10⁶ bytes): best (median ± spread) of ${context.repeats} repeats or more;`
        + ' × of npm tiktoken\'s best in the same run. ✗: ids differ from tiktoken\'s.',
      columns: ['text', 'npm tiktoken', 'gpt-tokenizer encode', 'gpt-tokenizer count',
        'toktally encode', '×', 'toktally count', '×'],
      rows,
    });
  }
  return sections;
}

// The time of one run of the program on a file, its answer checked.
async function programTime(context, encoding, file, tokens, command = context.program) {
  const ran = await context.ours.run('/dev/null', [...command, 'count', '-e', encoding, file]);
  if (ran.exitCode !== 0 || ran.output !== String(tokens)) {
    throw new Error(`toktally count -e ${encoding} ${file}: exit ${ran.exitCode}, "${ran.output}",`
      + ` not ${tokens}`);
  }
  return ran.time;
}

async function firstPass(context) {
  const rounds = Math.max(11, context.repeats);
  const sections = [];
  for (const encoding of context.encodings) {
    const rows = [];
    for (const text of context.texts) {
      context.progress(`first pass: ${encoding} ${text.name}`);
      const { tokens } = await check(context, encoding, text);
      const baseline = await tiktokenBest(context, encoding, text);
      const [whole, cold] = await inTurns(rounds, [
        async () => [await programTime(context, encoding, text.path, tokens)],
        async () => [(await countOnce(context, encoding, text.path, tokens)).time],
      ]);
      rows.push([
        text.name,
        rateCell(text.bytes, whole),
        times(baseline / best(whole)),
        times(baseline / median(whole)),
        rateCell(text.bytes, cold),
        times(baseline / median(cold)),
      ]);
    }
    sections.push({
      title: `First pass in a fresh process, ${encoding}`,
      note: `MB/s of \`toktally count FILE\`, start-up included: best (median ± spread) of ${rounds}`
        + ' processes; × of npm tiktoken\'s best warm encode. "Cold" is the first Count alone.',
      columns: ['text', 'whole process', '× best', '× median', 'cold Count', '× median'],
      rows,
    });
  }
  return sections;
}

// The first Count of a fresh process: { time, residentBytes } with the time of Count alone.
async function countOnce(context, encoding, file, tokens) {
  const ran = await context.ours.run('/dev/null', [context.measure, 'once', encoding, file]);
  const [counted, time] = ran.output.split('\t').map(Number);
  if (ran.exitCode !== 0 || (tokens !== undefined && counted !== tokens)) {
    throw new Error(`measure once ${encoding} ${file}: "${ran.output}", not ${tokens}`);
  }
  return { tokens: counted, time, residentBytes: ran.residentBytes };
}

async function wholeProcess(context) {
  const source = context.texts.find((text) => text.name === 'english') ?? context.texts[0];
  const file = path.join(context.scratch, 'two_kilobytes.txt');
  fs.writeFileSync(file, fs.readFileSync(source.path, 'utf8').slice(2000, 4000));
  const text = { name: 'two_kilobytes', path: file, bytes: fs.statSync(file).size };
  await context.load(text);
  const rows = [];
  for (const encoding of context.encodings) {
    context.progress(`whole process: ${encoding}`);
    const { tokens } = await check(context, encoding, text);
    const [nothing, ours] = await inTurns(200, [
      async () => [(await context.ours.run('/dev/null', [context.nothing])).time],
      async () => [await programTime(context, encoding, file, tokens)],
    ]);
    const peers = ['tiktoken', 'gpt-tokenizer'].map((peer) => async () => [
      (await context.ours.run('/dev/null',
        [process.execPath, context.peers, 'once', peer, encoding, file])).time]);
    const [tiktoken, gpt] = await inTurns(context.repeats, peers);
    rows.push([encoding, milliseconds(median(nothing)), milliseconds(best(ours)),
      milliseconds(median(ours)), milliseconds(median(ours) - median(nothing)),
      milliseconds(median(tiktoken)), milliseconds(median(gpt))]);
  }
  return [{
    title: 'Whole process on a 2 KB file',
    note: 'Milliseconds from spawn to end, output read: medians of 200 runs in turns (peers: of '
      + `${context.repeats}). "Nothing" is a static program whose main returns 0.`,
    columns: ['encoding', 'nothing', 'toktally best', 'toktally', 'more than nothing',
      'node + npm tiktoken', 'node + gpt-tokenizer'],
    rows,
  }];
}

// Checks a short beginning against tiktoken: its own time grows with the square of the length.
async function checkBeginning(context, encoding, name, make) {
  const file = path.join(context.scratch, 'beginning.txt');
  fs.writeFileSync(file, make(3000));
  await context.load({ name: 'beginning', path: file });
  await check(context, encoding, { name: 'beginning', path: `${name}, 3000 bytes`,
    illFormed: name === 'random bytes' });
}

// Counts `make(size)` cold for growing sizes: the runs of each size. Stops where one takes too long.
async function growthCurve(context, encoding, file, size, curve) {
  const last = curve.at(-1);
  if (last !== undefined && best(last.runs.map((run) => run.time)) > TOO_LONG) return;
  const runs = [];
  for (let i = 0; i < (size <= 2 * MB ? 5 : 2); ++i) {
    runs.push(await countOnce(context, encoding, file, runs[0]?.tokens));
  }
  curve.push({ size, runs });
}

async function adversarial(context) {
  const file = path.join(context.scratch, 'adversarial.txt');
  const sizes = [1, 2, 4, 8, 16, 32, 64].map((size) => size * MB);
  const rows = new Map();
  for (const [name, make] of adversarialInputs(context.texts)) {
    rows.set(name, [name]);
    for (const encoding of context.encodings) {
      await checkBeginning(context, encoding, name, make);
    }
    const curves = new Map(context.encodings.map((encoding) => [encoding, []]));
    for (const size of sizes) {
      context.progress(`adversarial: ${name} ${size / MB} MB`);
      fs.writeFileSync(file, make(size));
      for (const encoding of context.encodings) {
        await growthCurve(context, encoding, file, size, curves.get(encoding));
      }
    }
    for (const encoding of context.encodings) {
      const curve = curves.get(encoding);
      const fastest = curve.map(({ runs }) => best(runs.map((run) => run.time)));
      const ratios = fastest.slice(1).map((time, i) => time / fastest[i]);
      const [first, last] = [curve[0], curve.at(-1)];
      const grown = last.runs[0].residentBytes - first.runs[0].residentBytes;
      rows.get(name).push(
        rateCell(MB, first.runs.map((run) => run.time)),
        `${Math.max(...ratios).toFixed(2)} to ${last.size / MB} MB`,
        (grown / (last.size - first.size)).toFixed(2));
    }
  }
  fs.rmSync(file, { force: true });
  return [{
    title: 'Adversarial input, counted cold',
    note: 'MB/s of the first Count of 1 MB in a fresh process: best (median ± spread) of 5; the '
      + 'largest ratio of times when the length doubles, from 1 MB to 64 or to what took over two '
      + 'seconds; resident bytes for each further byte of text (the text itself is 1).',
    columns: ['1 MB of', ...context.encodings.flatMap((name) => [name, 'doubling', 'memory'])],
    rows: [...rows.values()],
  }];
}

// A file of `bytes` made of all texts over and over.
function writeLargeFile(context, file, bytes) {
  const block = Buffer.concat(context.texts.map((text) => fs.readFileSync(text.path)));
  const output = fs.openSync(file, 'w');
  for (let written = 0; written + block.length <= bytes; written += block.length) {
    fs.writeSync(output, block);
  }
  fs.closeSync(output);
  return fs.statSync(file).size;
}

async function threads(context) {
  const file = path.join(context.scratch, 'large.txt');
  const bytes = writeLargeFile(context, file, 200 * MB);
  const on = (cpus) => ['taskset', '-c', cpus, ...context.program];
  const rows = [];
  for (const encoding of context.encodings) {
    context.progress(`threads: ${encoding}`);
    const { tokens } = await countOnce(context, encoding, file);
    const [one, two] = await inTurns(context.repeats, [
      async () => [await programTime(context, encoding, file, tokens, on('0'))],
      async () => [await programTime(context, encoding, file, tokens, on('0,1'))],
    ]);
    rows.push([encoding, rateCell(bytes, one), rateCell(bytes, two),
      times(best(one) / best(two)), times(median(one) / median(two))]);
  }
  fs.rmSync(file);
  return [{
    title: 'One large file on one core and on two',
    note: `MB/s of \`toktally count\` on a file of ${Math.round(bytes / MB)} MB, whole process: `
      + `best (median ± spread) of ${context.repeats}.`,
    columns: ['encoding', 'one core', 'two cores', 'best ratio', 'median ratio'],
    rows,
  }];
}

async function decode(context) {
  const rows = [];
  for (const text of context.texts) {
    const row = [text.name];
    for (const encoding of context.encodings) {
      context.progress(`decode: ${encoding} ${text.name}`);
      await check(context, encoding, text);
      const { result, times: all } = await context.ours.time('decode', encoding, text.name,
        OUR_REPEATS_A_ROUND * context.repeats);
      if (result !== text.bytes) throw new Error(`decode ${text.name}: ${result} bytes`);
      row.push(rateCell(text.bytes, all));
    }
    rows.push(row);
  }
  return [{
    title: 'Decode',
    note: `MB/s of text: best (median ± spread) of ${OUR_REPEATS_A_ROUND * context.repeats} repeats.`,
    columns: ['text', ...context.encodings],
    rows,
  }];
}

async function standardInput(context) {
  const bytes = 10000 * MB;
  const text = context.texts.find(({ name }) => name === 'english') ?? context.texts[0];
  const rows = [];
  for (const encoding of context.encodings) {
    context.progress(`10 GB of standard input: ${encoding}`);
    const count = (input) =>
      context.ours.run(input, ['taskset', '-c', '0,1', ...context.program, 'count', '-e', encoding, '-']);
    const small = await count(`${MB}@${text.path}`);
    const large = await count(`${bytes}@${text.path}`);
    const image = path.join(context.build, 'bpe', `${encoding}.image`);
    rows.push([encoding, large.output, round(rate(bytes, large.time)),
      (small.residentBytes / MB).toFixed(1), (large.residentBytes / MB).toFixed(1),
      fs.existsSync(image) ? (fs.statSync(image).size / MB).toFixed(1) : '-']);
    if (large.exitCode !== 0) throw new Error(`exit ${large.exitCode}`);
  }
  return [{
    title: '10 GB of standard input',
    note: `${text.name} over and over down a pipe; greatest resident memory in MB, the touched part `
      + 'of the embedded image included.',
    columns: ['encoding', 'tokens', 'MB/s', 'resident, 1 MB', 'resident, 10 GB', 'image'],
    rows,
  }];
}

async function instructions(context) {
  const rows = [];
  for (const text of context.texts) {
    const row = [text.name];
    for (const encoding of context.encodings) {
      context.progress(`instructions: ${encoding} ${text.name}`);
      const ran = childProcess.spawnSync('valgrind', ['--tool=callgrind',
        `--callgrind-out-file=${path.join(context.scratch, 'callgrind.out')}`,
        '--toggle-collect=*MeasuredCount*', context.measure, 'once', encoding, text.path],
        { encoding: 'utf8' });
      const collected = /Collected : (\d+)/.exec(ran.stderr ?? '');
      if (!collected) throw new Error(`valgrind: ${ran.error?.message ?? ran.stderr}`);
      row.push((Number(collected[1]) / text.bytes).toFixed(3));
    }
    rows.push(row);
  }
  return [{
    title: 'Instructions a byte',
    note: 'Of the first Count of each text, by callgrind (which hides AVX-512: the AVX2 path).',
    columns: ['text', ...context.encodings],
    rows,
  }];
}

module.exports = {
  warm, first: firstPass, process: wholeProcess, adversarial, threads, decode,
  stdin: standardInput, instructions,
};
