/** What was found, as a FHIR OperationOutcome: issues of checks and findings of conversions alike. No values. */
import type { OperationOutcome, OperationOutcomeIssue } from 'fhir/r4.js';
import type { Finding, FindingCode, Severity } from '../finding.js';

/** What a check found wrong with one resource (the check stage's CheckIssue). */
export interface Issue {
  readonly id: string;
  readonly severity: Severity;
  readonly target: string;
  readonly source?: string;
}

/** What the rules found by code mean; the others are explained on the page they are from. */
const MEANINGS: Readonly<Record<string, string>> = {
  'structure-required': 'a required element is missing',
  'structure-cardinality': 'one value where a list belongs, or a list where one value belongs',
  'structure-unknown': 'FHIR R4 has no such element here',
  'structure-code': 'the code is not in the value set FHIR binds the element to',
  'structure-format': 'the value does not have the form of its data type',
  'structure-empty': 'empty element',
  'structure-type': 'the value, or resource, is of the wrong type',
  'structure-depth': 'elements are nested more deeply than in any FHIR resource',
  'structure-reference': 'the reference points to a type that is not allowed here',
  'ref-1': 'the reference points to a contained resource that is not there',
  'dom-6': 'no narrative; FHIR advises one',
  'dom-3': 'a contained resource is referred to from nowhere',
  'structure-choice': 'a choice has values of two types; it may have one',
  'structure-blank': 'the text is white space only',
  'txt-1': 'the narrative is not well-formed XHTML, or holds more than plain formatting',
  'txt-2': 'the narrative says nothing',
  'identifier-system': 'the system of an identifier is an absolute URI',
  'identifier-uri': 'the system says that the value is a URI, and it is none',
  'coding-system': 'the system of a code is an absolute URI',
  'quantity-system': 'the system of a unit is an absolute URI',
  'data-absent-reason': "why data is absent is none of FHIR's reasons",
};

/** What a rule asks, as far as it can be said in words. */
export function explainIssue(id: string, source?: string): string {
  if (MEANINGS[id]) return MEANINGS[id];
  const [profile, rule] = id.split(':');
  if (source !== undefined && !source.startsWith('https://hl7.org/fhir/')) return `check ${id} of your own`;
  if (rule === undefined) return `constraint ${id}${source === undefined ? '' : ' of FHIR R4'}`;
  return rule === 'required' ? `${profile} demands this element` : `rule ${rule} of ${profile}`;
}

type IssueType = OperationOutcomeIssue['code'];

/** The kind of issue a finding is (http://hl7.org/fhir/R4/valueset-issue-type.html); others are `processing`. */
const KINDS: Partial<Record<FindingCode, IssueType>> = {
  'encoding-invalid': 'structure',
  'encoding-differs': 'structure',
  'xml-malformed': 'structure',
  'xml-truncated': 'incomplete',
  'xml-trailing': 'structure',
  'document-fragment': 'incomplete',
  'entry-unmapped': 'not-supported',
  'statement-empty': 'business-rule',
  'section-unknown': 'not-supported',
  'template-unknown': 'not-supported',
  'modifier-unread': 'business-rule',
  'status-conflict': 'business-rule',
  'required-missing': 'required',
  'rule-failed': 'exception',
  'patient-differs': 'conflict',
  'reference-dangling': 'not-found',
  'patients-several': 'multiple-matches',
  'identity-conflict': 'conflict',
  'statement-split': 'informational',
  'narrative-repeated': 'too-costly',
  'narrative-unresolved': 'not-found',
  'code-unmapped': 'code-invalid',
  'code-system-unknown': 'code-invalid',
  'code-system-value-set': 'code-invalid',
  'number-malformed': 'value',
  'date-malformed': 'value',
  'date-sentinel': 'value',
  'type-unsupported': 'not-supported',
  'url-refused': 'security',
  'attachment-refused': 'value',
};

function kindOf(id: string): IssueType {
  if (id === 'structure-required' || id.endsWith(':required')) return 'required';
  if (id === 'structure-code') return 'code-invalid';
  if (id === 'structure-format') return 'value';
  return id.startsWith('structure-') ? 'structure' : 'invariant';
}

/** One issue of a check. */
export const toIssue = ({ id, severity, target, source }: Issue): OperationOutcomeIssue => ({
  severity,
  code: kindOf(id),
  details: { text: explainIssue(id, source) },
  diagnostics: source ? `${id} (${source})` : id,
  expression: [target],
});

function findingToIssue(finding: Finding): OperationOutcomeIssue {
  const { code, severity, message, path, line, rule, target, count, repair } = finding;
  const isCheck = code === 'check-failed' && rule !== undefined;
  const place = [
    path && `at ${path}`,
    line && `line ${line}`,
    rule && `rule ${rule}`,
    repair && `repair ${repair}`,
  ].filter((part) => part);
  return {
    severity,
    code: isCheck ? kindOf(rule) : (KINDS[code] ?? (severity === 'information' ? 'informational' : 'processing')),
    details: { text: isCheck ? `${message} ${explainIssue(rule)}` : message },
    diagnostics: [code, ...place, ...(count === undefined ? [] : [`${count} times`])].join(', '),
    ...(target && { expression: [target] }),
  };
}

/**
 * What was found as a resource.
 * @param found `issues` of `check`, or `findings` of a loss report
 * @returns an OperationOutcome with one issue each; FHIR wants at least one: that all is well is one, too
 */
export function toOperationOutcome(found: readonly (Issue | Finding)[]): OperationOutcome {
  const issue = found.map((each) => ('id' in each ? toIssue(each) : findingToIssue(each)));
  if (issue.length === 0) issue.push({ severity: 'information', code: 'informational', diagnostics: 'No issues.' });
  return { resourceType: 'OperationOutcome', issue };
}
