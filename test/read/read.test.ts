import { describe, expect, it } from 'vitest';
import { body, codes, document, section, trace } from './trace.js';

const callsOf = (text: string): string[] => trace([text]).calls;
const names = (text: string): string[] => callsOf(text).map((call) => call.split(' ')[0] ?? '');

describe('units', () => {
  it('hands over header, sections and statements in order', () => {
    const text = body(
      section('<title>A</title><entry><act/></entry><entry><act/></entry>') + section('<code code="1"/>'),
    );
    expect(names(text)).toEqual(
      'header open statement release statement release close release open close release end release'.split(' '),
    );
  });

  it('opens a section with the fields read so far and closes it with late ones', () => {
    const calls = callsOf(body(section('<title>A</title><entry><act/></entry><text>late</text>')));
    expect(calls[1]).toContain('open /ClinicalDocument/component/structuredBody/component/section');
    expect(calls[1]).toContain('title:1(#text="A")');
    expect(calls[1]).not.toContain('late');
    expect(calls.find((call) => call.startsWith('close'))).toContain('late');
  });

  it('nests sections, outer before inner', () => {
    const calls = callsOf(body(section(`<title>A</title>${section('<title>B</title>')}<entry/>`)));
    expect(calls.map((call) => call.slice(0, 5))).toEqual([
      'heade',
      'open ',
      'open ',
      'close',
      'relea',
      'state',
      'relea',
      'close',
      'relea',
      'end C',
      'relea',
    ]);
    expect(calls[2]).toContain('/section/component/section ');
  });

  it('lets go of sections and entries', () => {
    const calls = callsOf(body(section('<entry><act/></entry>') + section('<title>B</title>')));
    expect(calls.at(-1)).not.toContain('section');
    expect(calls.at(-1)).toContain('structuredBody:1()');
    expect(calls.find((call) => call.startsWith('close'))).not.toContain('entry');
  });

  it('puts a non-XML body into the header', () => {
    const text = document('<component><nonXMLBody><text mediaType="a/b">QUJD</text></nonXMLBody></component>');
    expect(names(text)).toEqual(['header', 'end', 'release']);
    expect(callsOf(text)[0]).toContain('QUJD');
  });

  it('reads entries and sections that stand right under the document', () => {
    const text = document(
      '<id root="1"/><entry><act/></entry><component><section><title>B</title></section></component>',
    );
    expect(names(text)).toEqual('header statement release open close release end release'.split(' '));
    expect(callsOf(text)[1]).toContain('/ClinicalDocument/entry ');
  });

  it('reports header elements after the body once', () => {
    const result = trace([
      document('<component><structuredBody><component><section/></component></structuredBody></component><a/><b/>'),
    ]);
    expect(codes(result)).toEqual(['header-late']);
    expect(result.calls.at(-1)).toContain('a:1(#empty="")');
  });
});

describe('leaves', () => {
  it('counts attributes, texts and empty elements, and no white space', () => {
    const result = trace([document('\n <a x="1" y=""/> <b> t </b><c/><d> </d>')]);
    expect(result.calls[0]).toContain('a:2(@x="1" @y="") b:2(#text=" t ") c:2(#empty="") d:2(#empty="")');
    expect(result.total).toBe(2 + 2 + 3);
  });

  it('keeps white space in the narrative, uncounted', () => {
    const result = trace([body(section('<text><p>a</p> <p>\n</p></text><id> </id>'))]);
    expect(result.calls.find((call) => call.startsWith('close'))).toContain(
      'text:1(p:1(#text="a") #text=" "! p:1(#text="\\n"!)) id:2(#empty="")',
    );
    expect(result.total).toBe(3 + 1 + 1);
  });

  it('joins CDATA, text, references and what stands around comments', () => {
    const result = trace([document('<a>1<![CDATA[<2>&]]]]>3<!-- & -- <x> -->4<?pi ?>5&lt;&#x41;&#66;</a>')]);
    expect(result.calls[0]).toContain('a:1(#text="1<2>&]]345<AB")');
    expect(result.findings).toEqual([]);
  });

  it('gives each element the line its tag starts in', () => {
    const text =
      '<?xml version="1.0"?>\r\n<!--\n\n--><ClinicalDocument\nxmlns="urn:hl7-org:v3"\n>\r<a\n/>\n<!-- -- \n\n--><b/></ClinicalDocument>';
    expect(trace([text]).calls[0]).toMatch(/ClinicalDocument:4\(.*a:7\(.*b:11\(/);
  });
});

describe('parts of an organizer', () => {
  const component = (time: string): string =>
    `<component><observation><code code="c"/><effectiveTime value="${time}"/></observation></component>`;
  const parts = (times: string[], between = ''): ReturnType<typeof trace> =>
    trace(
      [
        body(
          section(
            `<entry><organizer classCode="BATTERY">${times.map(component).join(between)}<id root="z"/></organizer></entry>`,
          ),
        ),
      ],
      {
        maxComponents: 2,
      },
    );
  const shape = (result: ReturnType<typeof trace>): string[] =>
    result.calls
      .filter((call) => call.startsWith('statement'))
      .map(
        (call) => `${call.split(' ')[1]} ${[...call.matchAll(/@value="(\w+)"/g)].map((match) => match[1]).join('')}`,
      );

  it('cuts where the time changes', () => {
    expect(shape(parts(['1', '2', '2', '3', '4', '5']))).toEqual(['0 122', '1 34', '2. 5']);
  });

  it('does not cut an organizer within the limit, and never within one time below twice the limit', () => {
    expect(shape(parts(['1', '2']))).toEqual(['0. 12']);
    expect(shape(parts(['1', '1', '1', '1', '2']))).toEqual(['0 1111', '1. 2']);
    expect(shape(parts(['1', '1', '1', '1', '1']))).toEqual(['0 1111', '1. 1']);
  });

  it('keeps the fields of the organizer in every part and loses no leaf', () => {
    for (const between of ['', '<author nullFlavor="NI"/>', 'text']) {
      const result = parts(['1', '2', '3', '4', '5', '6', '7'], between);
      expect(result.released).toBe(result.total);
      const statements = result.calls.filter((call) => call.startsWith('statement'));
      expect(statements.every((call) => call.includes('@classCode="BATTERY"'))).toBe(true);
      expect(statements.at(-1)).toContain('@root="z"');
      if (between.startsWith('<')) expect(statements.at(-1)?.split('author:').length).toBe(7);
    }
  });
});
