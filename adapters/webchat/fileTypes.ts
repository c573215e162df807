import { fileTypeFromBuffer } from 'file-type';
import { HttpError } from '../http.ts';

/** What customers show us: photographs, scans, letters, a film of a leak. Told by content, never by name. */
const accepted = new Set([
  'image/jpeg',
  'image/png',
  'image/gif',
  'image/webp',
  'image/heic',
  'image/heif',
  'application/pdf',
  'video/mp4',
  'video/quicktime',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
]);

/** The type of a file by its content, or a refusal. Text has no mark of its own: valid UTF-8 without controls. */
export async function acceptedType(bytes: Buffer): Promise<string> {
  const found = await fileTypeFromBuffer(bytes);
  if (found && accepted.has(found.mime)) return found.mime;
  if (!found && bytes.length > 0 && isText(bytes)) return 'text/plain';
  throw new HttpError(415, 'UnsupportedMediaType', 'Pictures, PDF, Word, MP4 and plain text are accepted.');
}

function isText(bytes: Buffer): boolean {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what tells it from text
    return !/[\x00-\x08\x0e-\x1f]/.test(text);
  } catch {
    return false;
  }
}
