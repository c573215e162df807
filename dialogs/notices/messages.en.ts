type Code = { code: string; district: string; minutes: string };

/** What the District sends outside of a conversation. */
export const en = {
  verificationCode: ({ code, district, minutes }: Code) =>
    `${district}: your code is ${code}. It works for ${minutes} minutes. We never ask for it by phone. If you did not ask for it, you need not do anything.`,
  verificationCodeSubject: ({ district }: Code) => `Your code for ${district}`,
};
