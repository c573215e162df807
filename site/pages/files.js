/** What the server takes in one message (adapters/webchat/limits.ts, fileTypes.ts), told before it is sent. */
const mega = 1024 * 1024;
export const limits = { files: 5, fileMegabytes: 25, togetherMegabytes: 30 };

const taken = /^image\/(jpeg|png|gif|webp|heic|heif)$|^video\/(mp4|quicktime)$|^application\/pdf$|^text\//;
const takenByName = /\.(jpe?g|png|gif|webp|hei[cf]|mp4|mov|pdf|docx|txt|csv|log)$/i;

/** Why files are not taken, in words, or null. */
export function refusalOf(words, files) {
  if (files.length > limits.files) return words.tooMany(limits.files);
  const large = files.find(({ size }) => size > limits.fileMegabytes * mega);
  if (large) return words.tooLarge(large.name, limits.fileMegabytes);
  if (files.reduce((sum, { size }) => sum + size, 0) > limits.togetherMegabytes * mega)
    return words.tooLargeTogether(limits.togetherMegabytes);
  // What the browser does not know is for the server to judge, by its content.
  if (files.some(({ name, type }) => type && !taken.test(type) && !takenByName.test(name)))
    return words.wrongType;
  return null;
}

/** The same for what the server has refused. */
export const reasonOf = (words, status) =>
  ({ 413: words.tooLong, 415: words.wrongType, 429: words.tooMuch })[status] ?? words.notSent;
