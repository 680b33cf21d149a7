import { describe, expect, it } from 'vitest';
import { codes, document, trace } from './trace.js';

const MALFORMED: [string, string, string][] = [
  ['bare ampersand', '<a x="R&D">A & B &</a>', 'a:1(@x="R&D" #text="A & B &")'],
  ['undefined entity', '<a>1&nbsp;2&foo;&#x0;</a>', 'a:1(#text="1\u00a02&foo;&#x0;")'],
  ['raw < before no name', '<a>x < 5 <3 <</a>', 'a:1(#text="x < 5 <3 <")'],
  ['raw < before a name', '<a>x <normal</a><b/>', 'a:1(#text="x <normal") b:1('],
  ['raw < in an attribute', '<a x="<5" y="a<b"/><b/>', 'a:1(@x="<5" @y="a<b") b:1('],
  ['no quotes', '<a x=5 y=b/><b/>', 'a:1(@x="5" @y="b") b:1('],
  ['no value', '<a x y="1"/><b/>', 'a:1(@x="" @y="1") b:1('],
  ['no space', '<a x="1"y="2"/><b/>', 'a:1(@x="1" @y="2") b:1('],
  ['unclosed element', '<a><b><c/></a><d/>', 'a:1(b:1(c:1(#empty=""))) d:1('],
  ['end tag of nothing', '<a>1</b>2</a><c/>', 'a:1(#text="12") c:1('],
  ['end tag without >', '<a>1</a<c/>', 'a:1(#text="1") c:1('],
  ['odd declaration', '<a>1<!foo>2</a>', 'a:1(#text="1<!foo>2")'],
  ['control character', '<a x="\u0001">\u0000</a>', 'a:1(@x="\ufffd" #text="\ufffd")'],
  ['end of CDATA in text', '<a>]]></a>', 'a:1(#text="]]>")'],
];

describe('malformed XML', () => {
  it.each(MALFORMED)('%s: reads on and reports', (_name, inside, shown) => {
    const result = trace([document(inside)]);
    expect(result.calls[0]).toContain(shown);
    expect(new Set(codes(result))).toEqual(new Set(['xml-malformed']));
    expect(result.complete).toBe(true);
    expect(result.released).toBe(result.total);
  });

  it('reports the line', () => {
    expect(trace([document('\n\n<a>\n&</a>')]).findings).toEqual([{ code: 'xml-malformed', line: 4 }]);
  });

  it('leaves well-formed oddities alone', () => {
    const result = trace([document(`<a x='">' y="'/>" z = "&quot;"\n/><b ></b >`)]);
    expect(result.calls[0]).toContain(`a:1(@x="\\">" @y="'/>" @z="\\"") b:2(#empty="")`);
    expect(result.findings).toEqual([]);
  });

  it('leaves out what follows the root', () => {
    for (const after of ['x', '<a b="c"/>', '</a>', '<![CDATA[x]]>', '&', '<ClinicalDocument/>', '<!DOCTYPE a>']) {
      const result = trace([`${document('<id/>')}\n <!-- c --> <?pi?>${after}<b/>`]);
      expect(result.findings).toEqual([{ code: 'xml-trailing', line: 2 }]);
      expect([result.total, result.complete]).toEqual([3, true]);
    }
    expect(trace([`${document('<id/>')}\n<!-- c -->\n`]).findings).toEqual([]);
  });
});

describe('refusals', () => {
  it.each(['', ' \n', 'MSH|^~', '{"a":1}', '<', '<!-- <a/> -->', '<?xml version="1.0"?>', '<ClinicalDocument xmlns='])(
    'no XML: %j',
    (text) => expect(trace([text]).error).toBe('not-xml'),
  );

  it('a DOCTYPE, before anything in it is read', () => {
    const bomb = '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">';
    expect(trace([`<?xml version="1.0"?>\n${bomb}]>${document('<a>&c;</a>')}`]).error).toBe('doctype-refused');
    expect(trace([bomb]).error).toBe('doctype-refused');
    expect(trace([document('<!doctype a>')]).error).toBe('doctype-refused');
    expect(trace([document('<a><!-- <!DOCTYPE a> --><![CDATA[<!DOCTYPE a>]]></a>')]).error).toBeUndefined();
  });

  const limits = { depth: 4, attributes: 3, text: 400, base64: 400, name: 20 };
  it.each([
    ['limit-depth', document('<a><b><c>'), document('<a><b><c><d>')],
    ['limit-attributes', document('<a x="1" y="2" z="3"/>'), document('<a x="1" y="2" z="3" w="4"/>')],
    ['limit-name', document(`<${'a'.repeat(20)}/>`), document(`<${'a'.repeat(21)}/>`)],
    ['limit-name', document(`<a ${'a'.repeat(20)}=""/>`), document(`<a ${'a'.repeat(21)}=""/>`)],
    ['limit-base64', document(`<a>${'x'.repeat(400)}</a>`), document(`<a>${'x'.repeat(401)}</a>`)],
    ['limit-base64', document(`<a>${'&lt;'.repeat(100)}</a>`), document(`<a>${'&lt;'.repeat(101)}</a>`)],
    [
      'limit-base64',
      document(`<a>x<![CDATA[${'x'.repeat(399)}]]></a>`),
      document(`<a>x<![CDATA[${'x'.repeat(400)}]]></a>`),
    ],
    ['limit-text', document(`<a b="${'x'.repeat(391)}"/>`), document(`<a b="${'x'.repeat(392)}"/>`)],
  ])('%s', (code, within, over) => {
    expect(trace([within], { limits }).error).toBeUndefined();
    expect(trace([over], { limits }).error).toBe(code);
    expect(trace([...over], { limits }).error).toBe(code);
  });
});
