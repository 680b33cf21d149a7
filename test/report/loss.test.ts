import { describe, expect, it } from 'vitest';
import type { Event, LossReport } from '../../src/event.js';
import { FINDINGS, type Finding, type FindingCode } from '../../src/finding.js';
import { lossReport, rankSections } from '../../src/report/loss.js';
import { formatLoss, formatSummary } from '../../src/report/terminal.js';

const finding = (code: FindingCode, more: Partial<Finding> = {}): Finding => ({
  code,
  severity: FINDINGS[code][0],
  message: FINDINGS[code][1],
  ...more,
});

const report: LossReport = {
  source: { name: 'a\u001b[2J.xml', sha256: '00', bytes: 10 },
  leaves: { total: 2000, copied: 1500, implied: 100, tested: 100, frame: 50, narrative: 50, lost: 200 },
  lost: [
    { reason: 'unread', path: 'section[Allergies]/entry/act/id/@root', count: 30, line: 12 },
    {
      reason: 'no-code',
      path: 'section[Results]/entry/observation/code/@code',
      count: 4,
      line: 90,
      rule: 'result.code',
      row: 'RE-01',
    },
    { reason: 'unread', path: 'section[Results]/entry/observation/value/@unit', count: 66, line: 80 },
    { reason: 'declared', path: 'recordTarget/patientRole/@classCode', count: 100, line: 3 },
  ],
  findings: [
    finding('code-without-system', { count: 9 }),
    finding('code-unmapped', { count: 2, line: 90 }),
    finding('code-unmapped', { path: 'elsewhere' }),
    finding('rule-failed'),
  ],
  resources: { Patient: 1, Observation: 412 },
  complete: false,
  sections: [
    { path: 'section[Allergies]', line: 10, statements: 5, converted: 5 },
    { path: 'section[Results]', line: 70, statements: 400, converted: 390 },
    { path: 'section[Results]', line: 170, statements: 26, converted: 17 },
  ],
  engine: { version: '0', mappings: '0' },
};

describe('lossReport', () => {
  it('is what the last event holds, and its absence an error', async () => {
    async function* events(last: boolean): AsyncIterable<Event> {
      yield { kind: 'finding', finding: finding('rule-failed') };
      if (last) yield { kind: 'end', loss: report };
    }
    expect(await lossReport(events(true))).toBe(report);
    await expect(lossReport(events(false))).rejects.toThrow('stopped before');
  });
});

describe('rankSections', () => {
  it('puts the worst first and sums sections of one path up', () => {
    expect(
      rankSections(report).map(({ path, statements, keptAsText, lost }) => [path, statements, keptAsText, lost]),
    ).toEqual([
      ['section[Results]', 426, 19, 70],
      ['section[Allergies]', 5, 0, 30],
    ]);
  });
});

describe('formatSummary', () => {
  const summary = formatSummary(report);
  it('says in words what happened to statements and data', () => {
    expect(summary).toContain(
      '412 of 431 statements converted; 19 kept only as text of their section; 413 FHIR resources written.',
    );
    expect(summary).toContain('2,000 pieces of data: 1,500 copied, 200 used');
    expect(summary).toContain('200 lost (10.0%)');
    expect(summary).toContain('The document ends early');
    expect(summary).toContain('Findings: 1 error, 3 warnings, 9 notes.');
  });
  it('passes no control character on to the terminal', () => {
    expect(summary).not.toContain('\u001b');
  });
});

describe('formatLoss', () => {
  const text = formatLoss(report, { color: false, width: 80 });
  it('groups what was lost by section and reason, most first', () => {
    const order = [
      'section[Results]\n  66 lost: no rule reads it',
      '  4 lost: its code has no counterpart',
      'section[Allergies]\n',
      'Outside the sections\n  100 lost: left out on purpose',
    ];
    const places = order.map((part) => text.indexOf(part));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places).not.toContain(-1);
    expect(text).toContain('line 90 (result.code, RE-01)');
  });
  it('counts findings by code, gravest first', () => {
    const lines = text.slice(text.indexOf('Findings\n')).trim().split('\n').slice(1);
    expect(lines.map((line) => /\[(.*)\]$/.exec(line)?.[1])).toEqual([
      'rule-failed',
      'code-unmapped',
      'code-without-system',
    ]);
    expect(lines[1]).toMatch(/^ +3 {2}warning/);
  });
  it('keeps to the width it is given, apart from sentences', () => {
    const rows = text.slice(text.indexOf('What was lost'), text.indexOf('Findings\n')).split('\n');
    expect(Math.max(...rows.map((row) => row.length))).toBeLessThanOrEqual(80);
  });
  it('colours only when asked to', () => {
    expect(text).not.toContain('\u001b[');
    expect(formatLoss(report, { color: true, width: 80 })).toContain('\u001b[31m');
  });
});
