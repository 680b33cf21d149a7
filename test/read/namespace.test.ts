import { describe, expect, it } from 'vitest';
import { codes, document, trace } from './trace.js';

const header = (text: string): string => trace([text]).calls[0] ?? '';

describe('namespaces', () => {
  it('reads the same names whatever the prefix', () => {
    const text =
      '<n:ClinicalDocument xmlns:n="urn:hl7-org:v3" xmlns:e="urn:hl7-org:sdtc" xmlns:t="http://www.w3.org/2001/XMLSchema-instance">' +
      '<n:id t:type="n:II" e:x="1" xml:lang="en" n:y="2"/><e:raceCode/><o:z xmlns:o="urn:o" o:a="3"/></n:ClinicalDocument>';
    expect(header(text)).toContain('@xmlns:n="urn:hl7-org:v3"');
    expect(header(text)).toContain(
      'id:1(@xsi:type="n:II" @sdtc:x="1" @xml:lang="en" @y="2") sdtc:raceCode:1(#empty="")',
    );
    expect(header(text)).toContain('{urn:o}z:1(@xmlns:o="urn:o" @{urn:o}a="3")');
    expect(codes(trace([text]))).toEqual([]);
  });

  it('ends a scope with its element', () => {
    const text = document('<a xmlns="urn:x"><b/><c xmlns="urn:hl7-org:v3"/></a><b/><d xmlns="urn:hl7-org:v3"/><e/>');
    expect(header(text)).toMatch(/\{urn:x\}a:1\(.*\{urn:x\}b:1.* c:1.* b:1\(.* d:1\(.* e:1\(/);
  });

  it('reads a document without the v3 namespace and says so once', () => {
    const result = trace(['<ClinicalDocument><id/><code/></ClinicalDocument>']);
    expect(result.calls[0]).toBe('header ClinicalDocument:1(id:1(#empty="") code:1(#empty=""))');
    expect(codes(result)).toEqual(['namespace-missing']);
  });

  it('takes the usual meaning of undeclared prefixes, once each', () => {
    const text =
      '<ClinicalDocument xmlns="urn:hl7-org:v3"><cda:a xsi:type="x"/><cda:b/><sdtc:c/><q:d/></ClinicalDocument>';
    const result = trace([text]);
    expect(result.calls[0]).toContain('a:1(@xsi:type="x") b:1(#empty="") sdtc:c:1(#empty="") q:d:1(');
    expect(codes(result)).toEqual(['namespace-prefix', 'namespace-prefix', 'namespace-prefix', 'xml-malformed']);
  });

  it('refuses another root', () => {
    expect(trace(['<html/>']).error).toBe('not-a-clinical-document');
    expect(trace(['<ClinicalDocument xmlns="urn:other"/>']).error).toBe('not-a-clinical-document');
  });
});
