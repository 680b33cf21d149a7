/** A document as a tree whose leaves can be altered, numbered as the reader numbers them. */
import { SaxesParser } from 'saxes';

export interface Element {
  readonly name: string;
  readonly attributes: Record<string, string>;
  readonly content: (Element | string)[];
}

/** Parses well-formed XML; throws if it is not. Comments and processing instructions are left out. */
export function parse(text: string): Element {
  const stack: Element[] = [];
  let root: Element | undefined;
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', (tag) => {
    const element: Element = { name: tag.name, attributes: tag.attributes as Record<string, string>, content: [] };
    stack[stack.length - 1]?.content.push(element);
    stack.push(element);
  });
  parser.on('closetag', () => {
    root = stack.pop();
  });
  const addText = (piece: string): void => {
    const content = stack[stack.length - 1]?.content;
    const last = content?.[content.length - 1];
    if (content && typeof last === 'string') content[content.length - 1] = last + piece;
    else content?.push(piece);
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.write(text).close();
  if (!root) throw new Error('no root');
  return root;
}

/** XML white space only. */
const BLANK = /^[ \t\r\n]*$/;

const escapeText = (text: string): string => text.replace(/[&<>"\r\n\t]/g, (char) => `&#${char.charCodeAt(0)};`);

/** Calls `visit` for every leaf in reading order and writes the document with what it returns. */
export function rewrite(
  root: Element,
  visit: (ordinal: number, value: string, name: string, owner: Element) => string,
): string {
  let ordinal = 0;
  const write = (element: Element, within = ''): string => {
    const path = `${within}/${element.name.replace(/^.*:/, '')}`;
    const isBlank = element.content.every((item) => typeof item === 'string' && BLANK.test(item));
    const attributes = Object.entries(element.attributes).map(
      ([name, value]) => ` ${name}="${escapeText(visit(ordinal++, value, `@${name}`, element))}"`,
    );
    const keepsBlank = /section\/text\//.test(`${path}/`) && element.content.length > 0;
    if (isBlank && !keepsBlank && attributes.length === 0) ordinal++;
    const content = element.content.map((item) => {
      if (typeof item !== 'string') return write(item, path);
      return escapeText(BLANK.test(item) ? item : visit(ordinal++, item, '#text', element));
    });
    return `<${element.name}${attributes.join('')}>${content.join('')}</${element.name}>`;
  };
  return write(root);
}

/** An arc below a registered OID that nothing is registered under. */
const OID_OF_NOBODY = 987654;

/** Five arcs and more: a version number is none. */
const OID = /^\d+(\.\d+){4,}$/;

/**
 * Another value of the same kind: a date stays a date, a number a number. OIDs and IDs become ones nobody knows, as
 * the next one up may have a meaning of its own: another template, an older edition of the same code system, the ID
 * of another row of the table.
 * @param name `@root`, `#text`
 */
export function alter(value: string, name = ''): string {
  const text = value.trim();
  if (OID.test(text)) return `${text}.${OID_OF_NOBODY}`;
  if (name === '@ID') return `${value}x`;
  if (/^(19|20)\d{6}/.test(text))
    return value.replace(/^(\s*\d{6})(\d\d)/, (_all, head, day) => `${head}${day === '11' ? '12' : '11'}`);
  if (/^(19|20)\d{4}$/.test(text))
    return value.replace(/\d\d(\s*)$/, (month) => (month.startsWith('03') ? '04' : '03'));
  if (/^(19|20)\d\d$/.test(text)) return value.replace(/\d(\s*)$/, (digit) => (digit.startsWith('3') ? '4' : '3'));
  if (/\d\s*$/.test(value)) return value.replace(/\d(\s*)$/, (digit) => `${(Number(digit.trim()) + 1) % 10}`);
  if (text === 'true') return 'false';
  if (text === 'false') return 'true';
  return `${value}x`;
}
