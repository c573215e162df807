import type { IncomingMessage } from 'node:http';
import busboy from 'busboy';
import { HttpError } from '../http.ts';
import type { Limits } from './limits.ts';

export type UploadedPart = { name: string; bytes: Buffer };
export type Uploaded = { activity: Buffer | null; parts: UploadedPart[] };

const tooLarge = () =>
  new HttpError(413, 'PayloadTooLarge', 'There are too many files, or one of them is too large.');

/** Reads a multipart upload into memory, within its caps; nothing touches the disk. `take` may refuse more bytes. */
export function readMultipart(
  request: IncomingMessage,
  limits: Limits,
  take: (bytes: number) => void = () => {},
): Promise<Uploaded> {
  return new Promise((resolve, reject) => {
    const uploaded: Uploaded = { activity: null, parts: [] };
    let size = 0;
    const fail = (error: Error) => {
      request.unpipe();
      request.resume(); // so that the answer gets through
      reject(error);
    };
    const form = formOf(request, limits);
    form.on('file', (field, stream, info) => {
      const chunks: Buffer[] = [];
      const most = field === 'activity' ? limits.activityBytes : limits.fileBytes;
      let length = 0;
      stream.on('data', (chunk: Buffer) => {
        length += chunk.length;
        size += chunk.length;
        if (length > most || size > limits.uploadBytes) return fail(tooLarge());
        try {
          take(chunk.length);
          chunks.push(chunk);
        } catch (error) {
          fail(error as Error);
        }
      });
      stream.on('end', () => {
        const bytes = Buffer.concat(chunks);
        // Clients send the activity as a file part called "blob".
        if (field === 'activity') uploaded.activity = bytes;
        else uploaded.parts.push({ name: info.filename ?? '', bytes });
      });
    });
    form.on('field', (field, value) => {
      if (field === 'activity') uploaded.activity = Buffer.from(value);
    });
    form.on('filesLimit', () => fail(tooLarge()));
    form.on('partsLimit', () => fail(tooLarge()));
    form.on('error', () => fail(new HttpError(400, 'BadArgument', 'The form cannot be read.')));
    form.on('close', () => resolve(uploaded));
    request.on('aborted', () => fail(new HttpError(400, 'BadArgument', 'Cut off.')));
    request.pipe(form);
  });
}

function formOf(request: IncomingMessage, limits: Limits) {
  try {
    return busboy({
      headers: request.headers,
      defParamCharset: 'utf8',
      limits: {
        files: limits.files + 1, // and the activity
        fileSize: Math.max(limits.fileBytes, limits.activityBytes) + 1,
        fields: 4,
        fieldSize: limits.activityBytes,
        parts: limits.files + 5,
        headerPairs: 20,
      },
    });
  } catch {
    throw new HttpError(400, 'BadArgument', 'The form cannot be read.');
  }
}
