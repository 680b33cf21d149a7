import { describe, expect, it } from 'vitest';
import { plainText, toXhtml } from '../../src/fhir/narrative.js';
import { attribute, child, children, type Leaf, type Node } from '../../src/read/node.js';

type Part = string | ((parent: Node) => Node);

/** `el('td', { colspan: '2' }, 'text')` builds a node once its parent is known. */
function el(name: string, attributes: Record<string, string> = {}, ...parts: Part[]): (parent?: Node) => Node {
  return (parent) => {
    const content: (Node | Leaf)[] = [];
    const node: Node = { name, parent, attributes: [], content, line: 1 };
    for (const [key, value] of Object.entries(attributes))
      node.attributes.push({ name: `@${key}`, value, index: 0, owner: node });
    for (const part of parts)
      content.push(typeof part === 'string' ? { name: '#text', value: part, index: 0, owner: node } : part(node));
    return node;
  };
}

const text = (...parts: Part[]): Node => el('text', {}, ...parts)();
const inner = (node: Node): string | undefined =>
  toXhtml(node)?.replace(/^<div xmlns="http:\/\/www.w3.org\/1999\/xhtml">(.*)<\/div>$/s, '$1');
const row = (id: string, ...cells: Part[]) => el('tr', { ID: id }, ...cells);

describe('toXhtml', () => {
  it('renames CDA elements and keeps mixed content (NA-01, NA-02)', () => {
    const node = text(
      'Before ',
      el('paragraph', {}, 'A ', el('content', { ID: 'c1', styleCode: 'bold xFoo' }, 'b'), ' c', el('sub', {}, '2')),
      el('list', { listType: 'ordered', styleCode: 'Arabic' }, el('caption', {}, 'L'), '\n ', el('item', {}, 'one')),
      el('footnote', { ID: 'f' }, 'note'),
      el('footnoteRef', { IDREF: 'f' }),
      el('renderMultiMedia', { referencedObject: 'MM1' }, el('caption', {}, 'An x-ray')),
    );
    expect(inner(node)).toBe(
      'Before <p>A <span id="c1" class="Bold">b</span> c<sub>2</sub></p>' +
        '<p>L</p><ol class="Arabic"><li>one</li></ol>' +
        '<span id="f" class="footnote">note</span><a href="#f">*</a>' +
        '<span>[media] <span>An x-ray</span></span>',
    );
  });

  it('keeps the spans and scope of table cells, and nothing else of them', () => {
    const cell = el('td', { colspan: '2', rowspan: '1x', width: '10', style: 'color:red', onclick: 'x()' }, 'v');
    const node = text(
      el('table', { border: '1' }, el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, 'h'))), el('tr', {}, cell)),
    );
    expect(inner(node)).toBe(
      '<table><thead><tr><th scope="col">h</th></tr></thead><tr><td colspan="2">v</td></tr></table>',
    );
  });

  it('puts stray text of a container where XHTML allows it', () => {
    expect(inner(text(el('table', {}, ' \n ', 'loose', el('tr', {}, ' ', 'cell'))))).toBe(
      '<table><tbody><tr><td>loose</td></tr></tbody><tr><td>cell</td></tr></table>',
    );
  });

  it('replaces an unknown element by its children, even one named like an object property', () => {
    expect(inner(text(el('constructor', {}, 'a', el('toString', {}, 'b'))))).toBe('ab');
  });

  it('reads narrative written in the XHTML namespace', () => {
    expect(inner(text(el('{http://www.w3.org/1999/xhtml}p', {}, 'x')))).toBe('<p>x</p>');
  });

  it('marks deleted text in words, as struck-out text must not read as if it held', () => {
    expect(inner(text(el('content', { revised: 'delete' }, 'Aspirin')))).toBe('<span>[deleted: Aspirin]</span>');
    expect(plainText(text(el('content', { revised: 'delete' }, 'Aspirin'), 'none'))).toBe('none');
  });

  it('yields undefined when there is nothing to read', () => {
    expect(toXhtml(text(' \n', el('table', {}, el('tr', {}, el('td', {}, ' ')))))).toBeUndefined();
    expect(toXhtml(text(el('script', {}, 'alert(1)')))).toBeUndefined();
  });

  it('keeps ids unique and links only to ids the div holds (NA-04)', () => {
    const node = text(
      el('content', { ID: 'a b' }, '1'),
      el('content', { ID: 'a_b' }, '2'),
      el('linkHtml', { href: '#a b' }, 'there'),
      el('linkHtml', { href: '#gone' }, 'nowhere'),
      el('script', { ID: 'gone' }, 'x'),
    );
    expect(inner(node)).toBe('<span id="a_b">1</span><span>2</span><a href="#a_b">there</a><span>nowhere</span>');
  });
});

describe('toXhtml on a part of a table (NA-01)', () => {
  const table = (head: Part) =>
    el(
      'table',
      {},
      head,
      el(
        'tbody',
        {},
        row('r1', el('td', { colspan: '2' }, 'wide'), el('td', {}, 'hives')),
        row('r2', el('td', {}, 'x')),
      ),
    )();
  const titles = el('tr', {}, el('th', {}, 'A'), el('th', {}, 'B'), el('th', {}, 'Reaction'));
  const whole = table(el('thead', {}, titles));
  const first = children(child(whole, 'tbody') ?? whole)[0] ?? whole;

  it('gives a row its table header', () => {
    expect(inner(first)).toBe(
      '<table><thead><tr><th>A</th><th>B</th><th>Reaction</th></tr></thead>' +
        '<tbody><tr id="r1"><td colspan="2">wide</td><td>hives</td></tr></tbody></table>',
    );
  });

  it('gives a cell the title of its column, counting spans', () => {
    expect(inner(children(first)[1] ?? first)).toBe(
      '<table><thead><tr><th>Reaction</th></tr></thead><tbody><tr><td>hives</td></tr></tbody></table>',
    );
  });

  it('finds a header that is a first row of th, and does without one', () => {
    const rows = el('table', {}, titles, row('r', el('td', {}, '1')))();
    expect(inner(children(rows)[1] ?? rows)).toContain('<th>Reaction</th>');
    expect(inner(row('r', el('td', {}, '1'))())).toBe('<table><tbody><tr id="r"><td>1</td></tr></tbody></table>');
  });

  it('puts an item into a list', () => {
    expect(inner(el('item', {}, 'x')())).toBe('<ul><li>x</li></ul>');
  });
});

describe('toXhtml on hostile input (NA-03)', () => {
  const hrefs = [
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    ' java\tscript:alert(1)',
    '\u0001javascript:alert(1)',
    'data:text/html;base64,PHNjcmlwdD4=',
    'vbscript:msgbox(1)',
    '//evil.example/x',
    'file:///etc/passwd',
  ];
  it.each(hrefs)('takes the link off %j', (href) => {
    expect(inner(text(el('linkHtml', { href }, 'click')))).toBe('<span>click</span>');
  });

  it.each(['https://a.example/?x=1&y="<', 'mailto:a@b.example', 'HTTP://a.example'])('keeps and escapes %j', (href) => {
    const out = inner(text(el('linkHtml', { href }, 'click'))) ?? '';
    expect(out).toMatch(/^<a href="[^"<>]+">click<\/a>$/);
    expect(out).not.toMatch(/&(?!amp;|lt;|gt;|quot;)/);
  });

  it('lets no markup out of text, attributes or element names', () => {
    const payload = '"><script>alert(1)</script><img src=x onerror=alert(1)>';
    const out =
      inner(
        text(
          payload,
          el('content', { ID: payload, styleCode: payload, class: payload, onmouseover: payload }, 'x'),
          el('iframe', { src: 'javascript:alert(1)' }, 'frame'),
          el('img', { src: 'x', onerror: 'alert(1)' }, 'img'),
          el('svg', { onload: 'alert(1)' }, el('script', {}, 'alert(1)'), 'svg'),
          el('form', { action: 'javascript:alert(1)' }, 'form'),
          el('td', { colspan: '1" onclick="alert(1)' }, 'cell'),
        ),
      ) ?? '';
    expect(out.replace(/<\/?(span|td)( id="[\w.:-]+")?>/g, '')).not.toMatch(/[<>]/);
    expect(out).toContain('&lt;script&gt;');
  });

  it('drops characters XML does not allow, and keeps those beyond the basic plane', () => {
    expect(inner(text('a\u0000b\u0008c\uFFFEd\uD800e\u{1F600}'))).toBe('abcde\u{1F600}');
  });
});

describe('plainText', () => {
  it('collapses white space, parts cells by a space and blocks by a line', () => {
    const node = text(
      ' a\n\t b ',
      el('paragraph', {}, 'c', el('br'), 'd'),
      el('table', {}, el('tr', {}, el('td', {}, 'e'), el('td', {}, 'f\u00a0g')), '\n', el('tr', {}, el('td', {}, 'h'))),
    );
    expect(plainText(node)).toBe('a b\nc\nd\ne f g\nh');
  });

  it('ignores attributes', () => {
    const node = el('content', { ID: 'x' }, 'y')();
    expect(attribute(node, 'ID')?.value).toBe('x');
    expect(plainText(node)).toBe('y');
  });
});
