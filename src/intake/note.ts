/** Findings the intake makes. */
import { FINDINGS, type Finding, type FindingCode } from '../finding.js';

/** @param path where, in words of the package's own format; never a value */
export function note(code: FindingCode, path?: string): Finding {
  const [severity, message] = FINDINGS[code];
  return { code, severity, message, ...(path !== undefined && { path }) };
}
