// What is said of repeated times.
'use strict';

const best = (times) => Math.min(...times);

function median(times) {
  const sorted = [...times].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

// Half the distance between the quartiles, in percent of the median: what noise is usual.
function spread(times) {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share) => sorted[Math.round(share * (sorted.length - 1))];
  return 100 * (at(0.75) - at(0.25)) / 2 / median(times);
}

// Megabytes (10^6 bytes) a second from bytes and nanoseconds.
const rate = (bytes, nanoseconds) => 1000 * bytes / nanoseconds;

// Three digits that matter, no more.
function round(value) {
  if (!Number.isFinite(value)) return '-';
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

// "best (median ±spread %)" as rates.
function rateCell(bytes, times) {
  return `${round(rate(bytes, best(times)))} (${round(rate(bytes, median(times)))} `
    + `±${spread(times).toFixed(0)} %)`;
}

module.exports = { best, median, spread, rate, round, rateCell };
