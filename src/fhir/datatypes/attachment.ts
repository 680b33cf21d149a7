/** ED to Attachment (ED-01 to ED-05). */
import { attribute, child, isLeaf, type Leaf, type Node } from '../../read/node.js';
import type { Context } from '../context.js';
import type { JsonObject } from '../json.js';
import { filled, isAbsent } from './absent.js';
import { encodeText, normaliseBase64 } from './base64.js';
import { typeOfContent } from './media-type.js';
import { referenceOf, takeReferenced, takeText } from './text.js';
import { toLink } from './uri.js';

/** Base64 or text content as data, an outer reference as url, a narrative one as the text it points to. */
export function convertAttachment(source: Node | Leaf, context: Context): JsonObject | undefined {
  if (isAbsent(source, context)) return undefined;
  if (isLeaf(source)) return { contentType: 'text/plain', data: encodeText(context.take(source)) };
  for (const aside of ['thumbnail']) context.lose(child(source, aside), 'declared');
  for (const aside of ['integrityCheck', 'integrityCheckAlgorithm']) context.lose(attribute(source, aside), 'declared');
  if (attribute(source, 'compression') !== undefined) return refuse(source, context);
  const body = takeBody(source, context);
  if (body === undefined) return undefined;
  const media = filled(source, 'mediaType');
  const language = filled(source, 'language');
  const contentType = typeOf(media, body, context);
  return {
    ...(contentType !== undefined && { contentType }),
    ...(language && { language: context.take(language) }),
    ...body.content,
  };
}

interface Body {
  /** What the content is if the source does not say: v3's default for inline text. */
  readonly contentType?: string;
  readonly content: JsonObject;
}

/** What the bytes are counts more than what they are called: whoever opens them goes by the type. */
function typeOf(media: Leaf | undefined, { content, contentType }: Body, context: Context): string | undefined {
  const found = typeof content.data === 'string' ? typeOfContent(content.data, media?.value) : undefined;
  if (!media) return found?.type ?? contentType;
  if (found === undefined) return context.take(media);
  if (found.asSaid) context.imply(media);
  else {
    context.lose(media, 'superseded');
    context.report('attachment-type-differs', media);
  }
  return found.type;
}

/** Compressed bytes are never passed off as the document itself (ED-03); nor is what is no base64. */
function refuse(node: Node, context: Context): undefined {
  context.lose(node, 'narrowed');
  context.report('attachment-refused', node);
}

function takeBody(node: Node, context: Context): Body | undefined {
  const representation = attribute(node, 'representation');
  if (representation?.value.trim() === 'B64') return takeEncoded(node, representation, context);
  const text = takeText(node, context);
  const reference = referenceOf(node);
  if (text === undefined) return reference && takeReference(reference, context);
  context.lose(reference, 'superseded');
  return asText(text);
}

const asText = (text: string): Body => ({ contentType: 'text/plain', content: { data: encodeText(text) } });

function takeEncoded(node: Node, representation: Leaf, context: Context): Body | undefined {
  const texts = node.content.filter(isLeaf).filter((leaf) => leaf.name === '#text');
  const encoded = texts.map((leaf) => leaf.value).join('');
  const reference = referenceOf(node);
  if (encoded.trim() === '') return reference && takeReference(reference, context);
  const data = normaliseBase64(encoded);
  if (data === undefined) return refuse(node, context);
  context.test(representation);
  for (const leaf of texts) if (leaf.value.trim() !== '') context.take(leaf);
  return { content: { data } };
}

/** A link out of the document, or the narrative it names (ED-02, ED-05). */
function takeReference(reference: Leaf, context: Context): Body | undefined {
  const link = reference.value.trim();
  if (link.startsWith('#') || context.narrative(link) !== undefined) {
    const text = takeReferenced(reference, context);
    return text === undefined ? undefined : asText(text);
  }
  const url = toLink(link);
  if (url !== undefined) {
    context.take(reference);
    return { content: { url } };
  }
  context.lose(reference, 'narrowed');
  context.report('url-refused', reference);
  return undefined;
}
