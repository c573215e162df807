import { z } from 'zod';
import { holders } from '../../models/conversation.ts';
import { presences } from '../../models/csr.ts';

/** Control characters have no place in what people type; line breaks and tabs do. */
const plainText = (given: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
  given.toWellFormed().replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/g, '');

/** What the desk takes in. Texts stay below the 16 kB that an entry carries along. */
const text = z
  .string()
  .max(5_000)
  .transform(plainText)
  .refine((value) => value.trim() !== '', 'must not be empty');
const requestId = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/, 'must be 1 to 200 printable characters')
  .optional();
const name = z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, 'must be a field name');
const value = z.union([
  z.string().max(2_000).transform(plainText),
  z.number(),
  z.boolean(),
  z.null(),
  z.array(z.string().max(200).transform(plainText)).max(50),
]);

export const signIn = z.object({ email: z.string().min(1).max(254), password: z.string().min(1).max(1_000) });
export const presence = z.object({ status: z.enum(presences), requestId });
export const deed = z.object({ requestId });
export const message = z.object({ text, afterSeq: z.number().int().min(0).optional(), requestId });
export const note = z.object({ text, requestId });
export const lookedAt = z.object({
  note: text.refine((said) => said.length <= 1_000, 'must be at most 1000 characters'),
  requestId,
});
/** A field is its value, or its value and whether it was verified. */
export const taskFields = z.object({
  fields: z
    .record(name, z.union([value, z.object({ value, verified: z.boolean().optional() })]))
    .refine((fields) => Object.keys(fields).length > 0, 'must name a field')
    .refine((fields) => Object.keys(fields).length <= 50, 'must be at most 50 fields'),
  requestId,
});
export const transfer = z
  .object({
    csr: z.string().max(254).optional(),
    skill: z.string().min(1).max(64).optional(),
    note: text,
    requestId,
  })
  .refine(({ csr, skill }) => !(csr && skill), 'must name a CSR or a skill, not both');
export const resolution = z.object({
  disposition: z.string().transform(plainText).pipe(z.string().trim().min(1).max(200)),
  requestId,
});

const count = z.coerce.number().int();
export const listQuery = z.object({
  holder: z.enum(holders).optional(),
  mine: z
    .enum(['1', 'true', '0', 'false'])
    .transform((flag) => flag === '1' || flag === 'true')
    .optional(),
  q: z.string().max(200).optional(),
  limit: count.min(1).max(200).optional(),
  cursor: z.string().max(400).optional(),
});
export const readQuery = z.object({
  after: count.min(0).optional(),
  limit: count.min(1).max(500).optional(),
});
