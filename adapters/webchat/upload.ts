import type { Request } from 'restify';
import { type Answer, HttpError, readBody } from '../http.ts';
import { fileName } from '../sanitise.ts';
import type { Caller } from './access.ts';
import type { createActivities } from './activities.ts';
import type { WebchatContext } from './context.ts';
import { acceptedType } from './fileTypes.ts';
import { createUploadRoom } from './limits.ts';
import { readMultipart, type Uploaded, type UploadedPart } from './multipart.ts';
import type { ClientActivity, SavedFile } from './translate.ts';

/** Files that a customer sends: one message with all of them. */
export function createUpload(context: WebchatContext, { take, known }: ReturnType<typeof createActivities>) {
  const { access, limiter, limits, files, addressOf } = context;
  const uploads = createUploadRoom(limits);

  async function upload(request: Request): Promise<Answer> {
    const { id } = request.params as { id: string };
    limiter.take('uploadFromIp', addressOf(request));
    const caller = await access.callerFor(request, id);
    limiter.take('upload', id);
    await known(id); // before megabytes are read for nobody
    const room = uploads.enter(addressOf(request));
    try {
      return await keep(caller, id, await read(request, room.take));
    } finally {
      room.free();
    }
  }

  async function keep(caller: Caller, id: string, uploaded: Uploaded): Promise<Answer> {
    if (uploaded.parts.length === 0) throw new HttpError(400, 'BadArgument', 'There is no file in the form.');
    const activity = activityOf(uploaded.activity);
    if (activity.type !== 'message') throw new HttpError(400, 'BadArgument', 'Files come with a message.');
    // All are looked at before any is kept.
    await Promise.all(uploaded.parts.map(({ bytes }) => acceptedType(bytes)));
    const saved = await Promise.all(inOrder(uploaded.parts, activity).map((part) => save(id, part)));
    return take(caller, id, activity, saved);
  }

  /** A form, or one file as the raw body. */
  async function read(request: Request, take: (bytes: number) => void): Promise<Uploaded> {
    if (/^multipart\/form-data/i.test(request.headers['content-type'] ?? ''))
      return readMultipart(request, limits, take);
    take(Math.min(Number(request.headers['content-length'] ?? limits.fileBytes) || 0, limits.fileBytes));
    const bytes = await readBody(request, limits.fileBytes);
    const name = nameIn(request.headers['content-disposition']);
    return { activity: null, parts: bytes.length > 0 ? [{ name, bytes }] : [] };
  }

  async function save(conversationId: string, { name, bytes, thumbnailUrl }: Described): Promise<SavedFile> {
    const saved = await files.save({ name: fileName(name), bytes, conversationId });
    const { id: fileId, contentType } = saved;
    return { fileId, name: saved.name, contentType, ...(thumbnailUrl ? { thumbnailUrl } : {}) };
  }

  return { upload };
}

type Described = UploadedPart & { thumbnailUrl?: string };

/** Puts the files in the order of the message's attachments, matched by name: parts may come in any order. */
function inOrder(parts: UploadedPart[], { attachments }: ClientActivity): Described[] {
  const described = (Array.isArray(attachments) ? attachments : []) as Record<string, unknown>[];
  const left = [...parts];
  const matched = described.flatMap((attachment): Described[] => {
    const at = left.findIndex((part) => part.name !== '' && part.name === attachment?.name);
    const part = at < 0 ? undefined : left.splice(at, 1)[0];
    return part ? [{ ...part, thumbnailUrl: thumbnail(attachment.thumbnailUrl) }] : [];
  });
  return [...matched, ...left];
}

/** A small picture that the client made of a file, or a link that only its sender's page will follow. */
function thumbnail(url: unknown): string | undefined {
  if (typeof url !== 'string') return undefined;
  const isPicture = /^data:image\/(png|jpeg|gif|webp);base64,[\w+/=]+$/.test(url) && url.length <= 48 * 1024;
  return isPicture || (/^https?:\/\//.test(url) && url.length <= 2_048) ? url : undefined;
}

function activityOf(bytes: Buffer | null): ClientActivity {
  if (bytes === null) return { type: 'message' };
  try {
    const activity: unknown = JSON.parse(bytes.toString('utf8'));
    if (typeof activity === 'object' && activity !== null) return activity as ClientActivity;
  } catch {
    // falls through to the refusal
  }
  throw new HttpError(400, 'BadArgument', 'The part "activity" must be a JSON object.');
}

function nameIn(disposition: string | undefined): string {
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition ?? '')?.[1];
  if (encoded) return URL.canParse(`http://x/${encoded}`) ? safeDecode(encoded) : encoded;
  return /filename="?([^";]+)"?/i.exec(disposition ?? '')?.[1] ?? '';
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
