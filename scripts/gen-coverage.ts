/** Writes docs/coverage.md: the checklist's rows against rules, code tables and code. `--check` exits 1 when stale. */
import { measureCoverage } from '../src/explain/coverage.js';
import { coverageToMarkdown } from '../src/explain/coverage-markdown.js';
import { loadShipped } from '../src/map/shipped.js';
import { writeGenerated } from './definitions.js';

const coverage = await measureCoverage(loadShipped());
writeGenerated(new URL('../docs/coverage.md', import.meta.url), coverageToMarkdown(coverage));
