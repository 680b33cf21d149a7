import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readRows, writeRows } from '../../scripts/gen-rows.js';

const checklist = `## A. Covered
### A1. Allergies (section 1) [IG]
| id | CDA | target |
| -- | --- | ------ |
| AL-01 | \`status\` | x, [+] or y |
| AL-02 | name [+] | z |

## B. Others [+]
| GO-01 | goal | Goal |
`;

describe('rows of the checklist', () => {
  it('carry block, mark and source cell', () => {
    expect([...readRows(checklist)]).toEqual([
      ['AL-01', { block: 'Allergies', mark: 'IG', text: 'status' }],
      ['AL-02', { block: 'Allergies', mark: '+', text: 'name' }],
      ['GO-01', { block: 'Others', mark: '+', text: 'goal' }],
    ]);
  });

  it('occur once', () => expect(() => readRows(`${checklist}| AL-01 | again | |\n`)).toThrow('AL-01 occurs twice'));

  it('are not ranges', () => expect(() => readRows('| AL-01..03 | many | |\n')).toThrow('AL-01..03 is not one row id'));

  it('are checked in as generated', () => {
    const text = writeRows(readFileSync('docs/mapping-checklist.md', 'utf8'));
    expect(readFileSync('mappings/rows.yaml', 'utf8')).toBe(text);
  });
});
