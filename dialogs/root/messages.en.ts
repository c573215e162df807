type District = { district: string; phone: string; emergencyPhone: string };
type Danger = District & { danger: string };

const first: Record<string, (phone: string) => string> = {
  gas: (phone) =>
    `If you smell gas: leave the building now, touch no switch, and call 911 or your gas company from outside. Our emergency line: ${phone}, day and night.`,
  electric: (phone) =>
    `Keep away from the water and from anything electric. If someone is in danger, call 911 now. Our emergency line: ${phone}, day and night.`,
  flood: (phone) =>
    `Keep away from moving water and from holes in the road. If someone is in danger, call 911. Our emergency crew: ${phone}, day and night.`,
  no_water: (phone) =>
    `I am raising this with our emergency crew. You can also call them day and night at ${phone}. If someone needs water for medical care, say so now.`,
  contamination: (phone) =>
    `Please do not drink or cook with the water until we have looked at it. Our emergency line: ${phone}, day and night.`,
  illness: (phone) =>
    `Please do not drink the water until we have looked at it. If anyone feels very ill, call 911 or a doctor now. Our emergency line: ${phone}.`,
  threat: (phone) => `If anyone is in danger, call 911 now. Our emergency line: ${phone}, day and night.`,
  self_harm: () =>
    'I am glad you told me. Please call or text 988 now: someone is there day and night. If you are in danger, call 911.',
};

export const en = {
  greeting: ({ district }: District) =>
    `Hello! I am the automated assistant of ${district}, not a person. I can tell you what you owe and stop your water service, or bring in a person. This chat is kept as a record. What can I do for you?`,
  hello: 'Hello! What can I do for you?',
  menuBill: 'What do I owe?',
  menuStop: 'Stop my service',
  menuPerson: 'Talk to a person',
  help: 'I can tell you what you owe and when it is due, or stop your water service. For anything else I bring in a person. What would you like?',
  thanks: 'You are welcome. Is there anything else?',
  gotFile: 'I have your file. A person can look at it; I read only words. What is it about?',
  gotFileInForm:
    'I have your file, and a person can look at it. I read only words, so please write your answer.',
  misunderstood:
    'Sorry, I did not understand that. You can say "what do I owe", "stop my service" or "talk to a person".',
  misunderstoodAgain: 'I still do not get it. Please try a few plain words, or choose one of these.',
  notYet: 'I cannot do that myself yet, so I will bring in a person who can.',
  sensitive:
    'For your safety I removed a card number, Social Security number or password from your message. Please never send those here.',
  danger: ({ danger, emergencyPhone }: Danger) =>
    first[danger]?.(emergencyPhone) ?? `Our emergency line: ${emergencyPhone}.`,
  dangerPerson: 'I have put you at the front of the line for a person.',
  nothingOpen: 'All right. What else can I do for you?',
  offerAccepted: 'Good.',
  offerDeclined: 'All right. What would you like to do?',
  personOpen: ({ place }: { place: number }) =>
    `I am bringing in a person. ${place > 0 ? `There ${place === 1 ? 'is 1 customer' : `are ${place} customers`} before you.` : 'You are next in line.'} They see everything we wrote, so you need not repeat it. Write "never mind" to go on with me.`,
  personClosed: ({ office, emergencyPhone }: { office: string; emergencyPhone: string }) =>
    `Our office is closed now. A person reads this when we open (${office}) and answers here. For an emergency call ${emergencyPhone}, day and night.`,
  waiting: ({ place }: { place: number }) =>
    place > 0
      ? `Thank you, I have added that. There ${place === 1 ? 'is 1 customer' : `are ${place} customers`} before you.`
      : 'Thank you, I have added that. You are next in line.',
  backWithBot: 'All right, you are back with me, the automated assistant. What can I do for you?',
  blocked: ({ phone, emergencyPhone }: { phone: string; emergencyPhone: string }) =>
    `I am sorry, we do not answer messages from here at the moment. Please call us at ${phone}. In an emergency call ${emergencyPhone}, day and night.`,
  failed:
    'Something went wrong on our side, and your last message was not dealt with. You can try again, or talk to a person.',
  failedActed:
    'Something went wrong on our side while I was working on that. A person will look at it and tell you what was done.',
  yes: 'Yes',
  no: 'No',
};
