#!/usr/bin/env python3
"""The vote of scripts/prices_quorum, on snapshots and a table that are made here.

    quorum_test.py PROGRAM
"""
import json
import os
import subprocess
import sys
import tempfile
import unittest

PROGRAM = os.path.abspath(sys.argv.pop(1))
SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'scripts', 'prices_quorum')


def model(name, rate, source='list', checked='2026-01-01'):
    return {'provider': 'openai', 'id': name, 'kind': 'chat', 'status': 'active', 'rows': [
        {'tier': 'standard', 'from': '2025-01-01', 'rates': {'input': rate, 'output': '8'},
         'sources': [source], 'checked': checked}]}


class Quorum(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def write(self, name, value):
        path = os.path.join(self.folder.name, name)
        with open(path, 'w', encoding='utf-8') as file:
            json.dump(value, file)
        return path

    def table(self, *models):
        return self.write('table.json', {
            'schema': 2, 'as_of': '2026-01-01', 'models': list(models),
            'sources': {'list': {'what': 'a list'}, 'https://example.org/prices': {'what': 'the page'}}})

    def snapshot(self, name, rates):
        """A file in LiteLLM's form: USD a token."""
        return self.write(name, {
            key: {'litellm_provider': 'openai', 'mode': 'chat', 'input_cost_per_token': rate / 1e6,
                  'output_cost_per_token': 8e-6} for key, rate in rates.items()})

    def run_vote(self, table, *snapshots):
        """(lines of the vote, the models that it would change)."""
        saved = os.path.join(self.folder.name, 'saved.json')
        run = subprocess.run(
            [sys.executable, SCRIPT, '--program', PROGRAM, '--table', table, '--save', saved, *snapshots],
            capture_output=True, text=True, check=False)
        self.assertEqual(run.returncode, 0, run.stderr)
        with open(saved, encoding='utf-8') as file:
            return run.stdout.splitlines(), {m['id']: m for m in json.load(file)['models']}

    def families(self, *rates):
        """A snapshot of each family, of 2026-02-01 and the days after it."""
        return [f'family{i}={self.snapshot(f"s{i}.json", {"m": rate})}@2026-02-0{i + 1}'
                for i, rate in enumerate(rates)]

    def test_three_that_agree_are_taken_from_the_oldest_day(self):
        lines, models = self.run_vote(self.table(model('m', '2')), *self.families(3, 3, 2, 3, 4))
        self.assertEqual(len(lines), 1)
        self.assertTrue(lines[0].startswith('take: openai/m standard input: ours 2, 3 by most:'), lines)
        old, new = models['m']['rows']
        self.assertEqual((old['to'], old['rates']['input']), ('2026-02-01', '2'))
        self.assertEqual((new['from'], new['rates']), ('2026-02-01', {'input': '3', 'output': '8'}))

    def test_what_is_taken_is_a_table_that_the_program_reads(self):
        table = self.table(model('m', '2'))
        self.run_vote(table, *self.families(3, 3, 3))
        run = subprocess.run([PROGRAM, 'prices', 'validate', os.path.join(self.folder.name, 'saved.json')],
                             capture_output=True, text=True, check=False)
        self.assertEqual(run.returncode, 0, run.stderr + run.stdout)

    def test_two_that_agree_are_listed_with_the_dissent(self):
        lines, models = self.run_vote(self.table(model('m', '2')), *self.families(3, 3, 2, 4))
        self.assertEqual(len(lines), 1)
        self.assertTrue(lines[0].startswith('list: openai/m'), lines)
        self.assertIn('family2 2', lines[0])
        self.assertEqual(models, {})

    def test_one_alone_says_nothing(self):
        self.assertEqual(self.run_vote(self.table(model('m', '2')), *self.families(3)), ([], {}))

    def test_copies_of_one_family_have_one_vote(self):
        same = [f'family={self.snapshot(f"c{i}.json", {"m": 3})}@2026-02-0{i + 1}' for i in range(4)]
        self.assertEqual(self.run_vote(self.table(model('m', '2')), *same), ([], {}))

    def test_what_was_read_by_hand_is_locked(self):
        table = self.table(model('m', '2', source='https://example.org/prices'))
        lines, models = self.run_vote(table, *self.families(3, 3, 3, 3))
        self.assertTrue(lines[0].startswith('locked: openai/m'), lines)
        self.assertEqual(models, {})

    def test_a_date_is_never_lowered(self):
        table = self.table(model('m', '2', checked='2026-03-01'))
        lines, models = self.run_vote(table, *self.families(3, 3, 3))
        self.assertTrue(lines[0].startswith('newer: openai/m'), lines)
        self.assertEqual(models, {})

    def test_models_that_the_table_lacks_are_not_added(self):
        self.assertEqual(self.run_vote(self.table(model('other', '2')), *self.families(3, 3, 3)), ([], {}))

    def test_what_is_no_snapshot_is_said(self):
        run = subprocess.run([sys.executable, SCRIPT, '--program', PROGRAM, '--table',
                              self.table(model('m', '2')), 'litellm.json'],
                             capture_output=True, text=True, check=False)
        self.assertEqual(run.returncode, 1)
        self.assertIn('is not FAMILY=FILE@DATE', run.stderr)


if __name__ == '__main__':
    unittest.main()
