/** The public API; re-exports only. */

export { checkResource as check } from './check/api.js';
export type { CheckIssue, CheckOptions, CheckResult } from './check/check.js';
export { type OwnChecks, US_CORE_VERSIONS, type UsCore } from './check/data.js';
export { type ConvertOptions, convert } from './convert.js';
export { leafDescriber } from './describe-leaf.js';
export type { Event, LeafCounts, LossReport, LossRow, SectionSummary } from './event.js';
export { type Coverage, type CoverageRow, countBlocks, countStates, measureCoverage } from './explain/coverage.js';
export { coverageToMarkdown } from './explain/coverage-markdown.js';
export { type Explanation, explain } from './explain/explain.js';
export { stringify } from './fhir/json.js';
export { FINDINGS, type Finding, type FindingCode, InputError, MappingError, type Severity } from './finding.js';
export { loadChecks } from './intake/checks.js';
export { loadMappings } from './intake/mappings.js';
export { prepareLossPage } from './loss-page.js';
export type { Mappings } from './map/table.js';
export type { DocumentSource } from './read/source.js';
export { REPAIRS, type RepairName } from './repairs.js';
export { lossReport } from './report/loss.js';
export { toOperationOutcome } from './report/outcome.js';
export { formatLoss, formatSummary } from './report/terminal.js';
export { type Upgraded, upgradeResource } from './upgrade/upgrade.js';
export { timelineToHtml } from './view/timeline/page.js';
export { BUNDLE_FORMATS, type BundleFormat, bundleToJson, toBundle } from './write/bundle.js';
export { toLine, toNdjson } from './write/ndjson.js';
