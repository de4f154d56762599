#!/usr/bin/env python3
"""Twice the input takes twice the time: every command and reader, measured in CPU seconds.

    doubling_test.py PROGRAM [--only TEXT]…

A case makes an input of size n. n grows until the program works for LEAST seconds of CPU, which says
more than the start of a process; then n and 2n are run in turn, the least of several runs of each
counts, and time(2n)/time(n) should be at most MOST. A case above it is measured at 2n and 4n, and if it
still is, over two doublings together, whose mean must be at most MEAN: a cache that another program
empties in the middle makes one doubling look like 2.5, what grows as n^1.4 makes each 2.6, as a square
4. CPU seconds, the least of many and that mean make it a test that a busy machine does not fail. The
table is printed either way.
"""
import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile

LEAST = 0.06  # seconds of CPU at n
MOST = 2.3
MEAN = 2.5
LIMIT = 20.0  # a run that takes longer at n is hopeless
LARGEST = 1 << 22

CASES = {}


def case(start=1000):
    """Declares a case: a function from n to (arguments, files by name, standard input)."""
    def add(make):
        CASES[make.__name__.replace('_', ' ')] = (make, start)
        return make
    return add


def text(n, unit):
    return (unit * (n // len(unit) + 1))[:n]


PROSE = 'The quick brown fox jumps over 13 lazy dogs; "why not?", it\'s said.\n'
KOREAN = '토큰 수를 세어 봅시다. 아버지가 방에 들어가신다.\n'


def counted(options, content):
    return ['count', *options], {}, content


@case(1 << 20)
def count_prose(n):
    return counted([], text(n, PROSE))


@case(1 << 18)
def count_korean(n):
    return counted([], text(n, KOREAN))


@case(1 << 14)
def count_one_letter(n):
    return counted([], 'a' * n)


@case(1 << 14)
def count_blanks(n):
    return counted([], ' ' * n)


@case(1 << 14)
def count_newlines(n):
    return counted(['-e', 'cl100k_base'], '\n' * n)


@case(1 << 14)
def count_random_letters(n):
    state, out = 1, []
    for _ in range(n):
        state = (state * 1103515245 + 12345) % (1 << 31)
        out.append('abcdefghijklmnopqrstuvwxyz'[state >> 16 & 15])
    return counted([], ''.join(out))


@case(1 << 14)
def count_special_names(n):
    return counted(['--special', 'allow'], text(n, '<|endoftext|>'))


@case(1 << 14)
def count_special_error_without_a_cut(n):
    return counted(['--special', 'error'], 'a' * n)


@case(1 << 14)
def count_half_special_names(n):
    return counted(['-q'], text(n, '<|endoftext'))


@case(1 << 14)
def count_bad_bytes(n):
    return counted(['-q'], b'\xff\xed\xa0x' * (n // 4))


@case(1 << 14)
def count_lossless(n):
    return counted(['-q', '--invalid-utf8', 'lossless'], b'\xff ' * (n // 2))


@case(500)
def count_files(n):
    return ['count', 'd'], {f'd/{i % 50}/{i}.txt': PROSE for i in range(n)}, ''


@case(500)
def count_files_from_a_list(n):
    return (['count', '--files0-from', '-', '--json'], {f'f{i}': PROSE for i in range(n)},
            ''.join(f'f{i}\0' for i in range(n)))


@case(200)
def count_ignore_rules(n):
    rules = ''.join(f'*.x{i}\n/a{i}/b*c*d\n' for i in range(n))
    return ['count', '-q', 'd'], {'d/.gitignore': rules, **{f'd/{i}.txt': 'x' for i in range(200)}}, ''


@case(1000)
def count_long_glob(n):
    return ['count', '-q', 'd'], {'d/.gitignore': 'a*' * n + 'b\n', 'd/' + 'a' * 250: 'x'}, ''


@case(1000)
def count_jsonl_field(n):
    return ['count', '--jsonl-field', 'text'], {}, (json.dumps({'text': PROSE}) + '\n') * n


@case(1000)
def count_jsonl_one_record(n):
    return ['count', '--jsonl-field', 'text'], {}, json.dumps({'text': [PROSE] * n})


@case(1 << 18)
def cut(n):
    return ['cut', '--tokens', str(n // 8), 'text'], {'text': text(n, PROSE)}, ''


@case(1 << 18)
def cut_the_middle(n):
    return (['cut', '--tokens', str(n // 8), '--from', 'middle', '--mark', '...', 'text'],
            {'text': text(n, PROSE)}, '')


@case(1 << 16)
def split_paragraphs(n):
    return ['split', '--tokens', '200', '--overlap', '20', '--at', 'paragraph'], {}, text(n, 'One line. Two.\n\n')


@case(1 << 14)
def split_one_piece(n):
    return ['split', '--tokens', '100'], {}, 'a' * n


@case(1 << 16)
def diff_scattered(n):
    words = [f'word{i} and' for i in range(n // 10)]
    return ['diff', 'a', 'b', '--json'], {'a': '\n'.join(words), 'b': '\n'.join(
        word if i % 9 else word + ' more' for i, word in enumerate(words))}, ''


@case(1 << 16)
def diff_nothing_in_common(n):
    return ['diff', 'a', 'b', '--summary'], {'a': text(n, 'alpha beta\n'), 'b': text(n, 'gamma delta ')}, ''


@case(500)
def count_tree(n):
    return (['count', '--tree', '--sort', 'tokens', '.'],
            {f'd{i % 7}/e{i % 11}/f{i}.txt': PROSE for i in range(n)}, '')


@case(500)
def budget_files(n):
    return (['budget'], {'.toktallybudget': '*.md <= 100\nd/** total <= 1G\n',
                         **{f'd/f{i}.md': PROSE for i in range(n)}}, '')


@case(1 << 16)
def encode(n):
    return ['encode'], {}, text(n, PROSE)


@case(1 << 15)
def encode_json(n):
    return ['encode', '--json'], {}, text(n, PROSE)


@case(1 << 14)
def decode(n):
    return ['decode'], {}, '24912 2375 ' * n


@case(10)
def cost_models(n):
    return ['cost', '--input-tokens', '1M', *(['-m', 'gpt-4o'] * n)], {}, ''


def request(n_messages, **more):
    return json.dumps({'model': 'gpt-4o', 'messages': [{'role': 'user' if i % 2 == 0 else 'assistant',
                                                        'content': PROSE} for i in range(n_messages)], **more})


def tool(parameters, name='f'):
    return {'type': 'function', 'function': {'name': name, 'description': 'Does it', 'parameters': parameters}}


def with_schema(schema):
    return ['request', '-q'], {}, request(1, tools=[tool(schema)])


@case(500)
def request_messages(n):
    return ['request', '-q'], {}, request(n)


@case(100)
def request_tools(n):
    schema = {'type': 'object', 'properties': {'a': {'type': 'string', 'description': 'the name'}}}
    return ['request', '-q'], {}, request(1, tools=[tool(schema, f'f{i}') for i in range(n)])


@case(500)
def request_properties_all_required(n):
    names = [f'property_{i}' for i in range(n)]
    return with_schema({'type': 'object', 'required': names,
                        'properties': {name: {'type': 'string', 'description': 'x'} for name in names}})


@case(500)
def request_enum(n):
    return with_schema({'type': 'object', 'properties': {'a': {'type': 'string', 'enum': [f'v{i}' for i in range(n)]}}})


@case(500)
def request_references(n):
    return with_schema({'type': 'object', 'properties': {f'p{i}': {'$ref': f'#/$defs/d{i}'} for i in range(n)},
                        '$defs': {f'd{i}': {'type': 'string', 'description': 'x'} for i in range(n)}})


@case(500)
def request_references_to_one(n):
    return with_schema({'type': 'object', 'properties': {f'p{i}': {'$ref': '#/$defs/d'} for i in range(n)},
                        '$defs': {'d': {'type': 'object', 'properties': {f'q{i}': {'type': 'string'} for i in range(20)}}}})


@case(500)
def request_references_in_a_chain(n):
    definitions = {f'd{i}': {'type': 'object', 'properties': {'next': {'$ref': f'#/$defs/d{i + 1}'}}} for i in range(n)}
    definitions[f'd{n}'] = {'type': 'string'}
    return with_schema({'type': 'object', 'properties': {'a': {'$ref': '#/$defs/d0'}}, '$defs': definitions})


@case(500)
def request_response_format(n):
    names = [f'property_{i}' for i in range(n)]
    schema = {'type': 'object', 'additionalProperties': False, 'required': names,
              'properties': {name: {'type': 'string'} for name in names}}
    return ['request', '-q'], {}, request(1, response_format={
        'type': 'json_schema', 'json_schema': {'name': 'n', 'strict': True, 'schema': schema}})


@case(1000)
def request_lines(n):
    return ['request', '-q'], {}, (request(2) + '\n') * n


@case(1000)
def request_unknown_keys(n):
    return ['request', '-q'], {}, request(1, **{f'key_{i}': 1 for i in range(n)})


@case(500)
def request_against(n):
    usage = {'prompt_tokens': 60, 'completion_tokens': 5, 'total_tokens': 65}
    line = json.dumps({'request': json.loads(request(2)), 'response': {'model': 'gpt-4o', 'usage': usage}})
    return ['request', '--against', '-'], {}, (line + '\n') * n


@case(200)
def trim_messages(n):
    return ['trim', '-q', '--max-tokens', '1000'], {}, request(n + 1)


@case(200)
def growth_turns(n):
    return ['growth', '--turns', str(n), '--json'], {}, request(5)


@case(200)
def growth_messages(n):
    return ['growth', '--turns', '10', '--json'], {}, request(n + 1)


RESPONSE = {'id': 'r', 'object': 'chat.completion', 'created': 1750000000, 'model': 'gpt-4o-2024-08-06',
            'usage': {'prompt_tokens': 100, 'completion_tokens': 20, 'total_tokens': 120}}


@case(1000)
def usage_lines(n):
    return ['usage', '-q'], {}, ''.join(json.dumps({**RESPONSE, 'id': f'r{i}'}) + '\n' for i in range(n))


@case(1000)
def usage_by_day(n):
    return (['usage', '-q', '--by', 'day,model'], {},
            ''.join(json.dumps({**RESPONSE, 'id': f'r{i}', 'created': 86400 * i}) + '\n' for i in range(n)))


@case(1000)
def usage_one_document(n):
    return ['usage', '-q'], {}, json.dumps([{**RESPONSE, 'id': f'r{i}'} for i in range(n)], indent=1)


@case(1000)
def usage_event_stream(n):
    chunk = {'id': 'r', 'object': 'chat.completion.chunk', 'created': 1750000000, 'model': 'gpt-4o',
             'choices': [{'index': 0, 'delta': {'content': 'x'}}], 'usage': None}
    last = {**chunk, 'choices': [], 'usage': RESPONSE['usage']}
    return ['usage', '-q'], {}, 'data: ' + json.dumps(chunk) + '\n\n' \
        + ('data: ' + json.dumps(chunk) + '\n\n') * n + 'data: ' + json.dumps(last) + '\n\ndata: [DONE]\n'


CSV_HEADER = 'model,prompt_tokens,completion_tokens,messages\n'


@case(1000)
def usage_csv_rows(n):
    return ['usage', '-q'], {}, CSV_HEADER + 'gpt-4o,100,20,"hi, you"\n' * n


@case(1000)
def usage_csv_one_quoted_cell(n):
    return ['usage', '-q'], {}, CSV_HEADER + 'gpt-4o,100,20,"' + 'a line of it\n' * n + '"\n'


@case(1000)
def usage_session_log(n):
    def line(i):
        return json.dumps({'type': 'assistant', 'timestamp': '2026-11-20T10:00:00.000Z', 'requestId': f'q{i}',
                           'sessionId': 's', 'message': {'id': f'm{i}', 'model': 'claude-sonnet-4-5',
                                                         'role': 'assistant', 'type': 'message',
                                                         'usage': {'input_tokens': 10, 'output_tokens': 5,
                                                                   'cache_creation_input_tokens': 0,
                                                                   'cache_read_input_tokens': 7}}}) + '\n'
    return ['usage', '-q'], {}, ''.join(line(i) for i in range(n))


def workloads(n, tokens=1000):
    return json.dumps({'limits': {'max_increase_percent': 20}, 'workloads': {f'w{i}': {
        'model': 'gpt-4o', 'input_tokens': tokens, 'output_tokens': 10, 'calls_per_month': 1000} for i in range(n)}})


@case(200)
def forecast_workloads(n):
    return ['forecast', '-q', 't.json'], {'t.json': workloads(n)}, ''


@case(200)
def check_workloads(n):
    return ['check', '-q', 't.json'], {'t.json': workloads(n)}, ''


@case(200)
def check_baseline(n):
    return ['check', '-q', 't.json', '--baseline', 'b.json'], {'t.json': workloads(n), 'b.json': ('check', n)}, ''


@case(200)
def check_shares(n):
    file = {'workloads': {f'w{i}': {'model': 'gpt-4o', 'input_tokens': 1000, 'output_tokens': 10,
                                    'calls_per_day': 100, 'cached_share': f'{i % 990 + 1}/{997 + i % 3}'}
                          for i in range(n)}}
    return ['check', '-q', 't.json'], {'t.json': json.dumps(file)}, ''


def litellm(n):
    return json.dumps({f'gpt-99-{i}': {'litellm_provider': 'openai', 'mode': 'chat', 'input_cost_per_token': 1e-06,
                                       'output_cost_per_token': 2e-06} for i in range(n)}, indent=1)


@case(200)
def prices_import(n):
    return ['prices', 'import', 'p.json', '--checked', '2026-11-20', '-q'], {'p.json': litellm(n)}, ''


def price_table(n):
    return ('prices', n)


@case(200)
def prices_validate(n):
    return ['prices', 'validate', 'p.json'], {'p.json': price_table(n)}, ''


@case(200)
def prices_diff(n):
    return ['prices', 'diff', 'p.json'], {'p.json': price_table(n)}, ''


@case(200)
def models_of_a_table(n):
    return ['models', '--prices', 'p.json'], {'p.json': price_table(n)}, ''


class Case:
    """One case in a folder of its own for each size, made once."""

    def __init__(self, program, make, folder):
        self.program, self.make, self.folder, self.made = program, make, folder, {}

    def prepare(self, n):
        if n in self.made:
            return self.made[n]
        where = os.path.join(self.folder, str(n))
        arguments, files, stdin = self.make(n)
        os.makedirs(where)
        for name, content in files.items():
            path = os.path.join(where, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            if isinstance(content, tuple):
                content = self.derived(where, *content)
            with open(path, 'w') as f:
                f.write(content)
        with open(os.path.join(where, '.stdin'), 'wb') as f:
            f.write(stdin if isinstance(stdin, bytes) else stdin.encode())
        self.made[n] = (arguments, where)
        return self.made[n]

    # What the program itself makes from an input: a baseline, a price table.
    def derived(self, where, kind, n):
        source = os.path.join(where, 'source.json')
        with open(source, 'w') as f:
            f.write(workloads(n) if kind == 'check' else litellm(n))
        arguments = ['check', '-q', 'source.json', '--save', 'made.json'] if kind == 'check' else [
            'prices', 'import', 'source.json', '--checked', '2026-11-20', '-q', '--save', 'made.json']
        subprocess.run([self.program, *arguments], cwd=where, stdout=subprocess.DEVNULL, check=True)
        with open(os.path.join(where, 'made.json')) as f:
            return f.read()

    def seconds(self, n):
        arguments, where = self.prepare(n)
        with open(os.path.join(where, '.stdin'), 'rb') as stdin:
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            code = subprocess.run([self.program, *arguments], cwd=where, stdin=stdin, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL).returncode
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if code < 0:
            raise RuntimeError(f'died of signal {-code} at n = {n}')
        if code == 2:
            raise RuntimeError('wrong use: this measures nothing')
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def pair(one, n):
    """The least seconds at n and at 2n that repeated runs took."""
    single = one.seconds(n)
    if single > LIMIT:
        return single, float('inf')
    double = one.seconds(2 * n)
    for repeat in range(12):
        if repeat >= 2 and double <= MOST * single:
            break
        single = min(single, one.seconds(n))
        double = min(double, one.seconds(2 * n))
    return single, double


def measure(one, start):
    """(n, seconds at n, seconds at 2n, whether it is more than linear)."""
    n = start
    while one.seconds(n) < LEAST and n < LARGEST:
        n *= 2
    # What outgrows a cache between n and 2n is not more than linear: that shows at every doubling.
    for _ in range(2):
        single, double = pair(one, n)
        if double <= MOST * single or double >= LIMIT:
            return n, single, double, double > MOST * single
        n *= 2
    fourfold = min(one.seconds(2 * n) for _ in range(3))
    return n // 2, single, double, fourfold > MEAN**2 * single


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('program')
    parser.add_argument('--only', action='append', default=[])
    options = parser.parse_args()
    program = os.path.abspath(options.program)
    failed = []
    print(f'{"n":>10}  {"s(n)":>7}  {"s(2n)":>7}  ratio  case', flush=True)
    for name, (make, start) in CASES.items():
        if options.only and not any(name.startswith(only) for only in options.only):
            continue
        folder = tempfile.mkdtemp(prefix='toktally_doubling_')
        try:
            n, single, double, more = measure(Case(program, make, folder), start)
        except (RuntimeError, subprocess.CalledProcessError) as error:
            print(f'{"":>10}  {"":>7}  {"":>7}         {name}: {error}', flush=True)
            failed.append(name)
            continue
        finally:
            shutil.rmtree(folder)
        ratio = double / max(single, 1e-3)
        mark = '  <-- more than linear' if more else ''
        print(f'{n:>10}  {single:7.3f}  {double:7.3f}  {ratio:5.2f}  {name}{mark}', flush=True)
        if more:
            failed.append(name)
    if failed:
        print(f'{len(failed)} of {len(CASES)} grow faster than their input: {", ".join(failed)}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
