// Tables for people and for the README.
'use strict';

function renderMarkdown({ title, note, columns, rows }) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const rule = columns.map((_, i) => (i === 0 ? '---' : '---:'));
  const lines = [`### ${title}`, ''];
  if (note) lines.push(note, '');
  lines.push(line(columns), line(rule), ...rows.map(line), '');
  return lines.join('\n');
}

function renderText({ title, note, columns, rows }) {
  const widths = columns.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i].length)));
  const line = (cells) => cells
    .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
    .join('  ').trimEnd();
  const lines = [title, '='.repeat(title.length)];
  if (note) lines.push(note);
  lines.push(line(columns), ...rows.map(line), '');
  return lines.join('\n');
}

module.exports = { renderMarkdown, renderText };
