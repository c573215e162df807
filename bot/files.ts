import { fileTypeFromBuffer } from 'file-type';
import type { Files } from '../adapters/channel.ts';
import { openFile, saveFile } from '../models/file.ts';

/** Files by GridFS; what they are is told by their content, never by their name. */
export const files: Files = {
  async save({ name, bytes, conversationId }) {
    const contentType = (await fileTypeFromBuffer(bytes))?.mime ?? 'text/plain';
    return saveFile({ name, bytes, contentType, conversationId });
  },
  open: openFile,
};
