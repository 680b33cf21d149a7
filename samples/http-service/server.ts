/**
 * ccd2fhir in an HTTP service: POST a document, get its resources back as NDJSON while it is read. Neither the request nor
 * the answer is ever held whole: who reads slowly slows the conversion down. `PORT=8080 npx tsx samples/http-service/server.ts`
 */
import { serve } from '@hono/node-server';
import { convert, InputError, toNdjson } from 'ccd2fhir';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { stream } from 'hono/streaming';

const MOST_BYTES = 100 * 1024 * 1024;
const MOST_AT_ONCE = 4;
let atWork = 0;

export const app = new Hono().post('/convert', bodyLimit({ maxSize: MOST_BYTES }), async (context) => {
  if (!context.req.raw.body) return context.json({ error: 'Send a document.' }, 400);
  if (atWork >= MOST_AT_ONCE) return context.json({ error: 'Busy.' }, 503, { 'retry-after': '1' });
  atWork++;
  const lines = toNdjson(convert(context.req.raw.body as never, { check: 'fast' }))[Symbol.asyncIterator]();
  const first = await lines.next().catch((error: unknown) => error);
  if (first instanceof Error) atWork--;
  if (first instanceof InputError) return context.json({ error: first.message, code: first.code }, 422);
  if (first instanceof Error) throw first;
  context.header('content-type', 'application/fhir+ndjson');
  return stream(context, async (out) => {
    try {
      for (let next = first as IteratorResult<string>; !next.done; next = await lines.next())
        await out.write(next.value);
    } finally {
      await lines.return?.();
      atWork--;
    }
  });
});

if (process.env.PORT) serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: '127.0.0.1' });
