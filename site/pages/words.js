/** The chat's own words; what the bot says comes from the server. */
const words = {
  en: {
    locale: 'en-US',
    title: 'Chat with us',
    bot: 'A bot answers here. Ask for a person at any time.',
    person: (name) => `You are talking with ${name}, Customer Service.`,
    loading: 'Opening the chat…',
    lost: 'Connection lost. What you write is sent when it is back.',
    retry: 'Try now',
    failed: 'The chat could not be loaded.',
    call: 'Please call us:',
    again: 'Try again',
    startOver: 'Start over',
    startOverAsk: 'Start a new chat and clear this one from this device?',
    startOverYes: 'Start a new chat',
    startOverNo: 'Keep this one',
    tooMany: (most) => `Please send at most ${most} files at a time.`,
    tooLarge: (name, most) =>
      `“${name}” is too large. A file may have ${most} MB; a shorter film or a photo will do as well.`,
    tooLargeTogether: (most) =>
      `These files are too large together. Please send at most ${most} MB at a time.`,
    wrongType: 'We can take photos, PDF, Word, MP4 and plain text. Please send the file as one of these.',
    tooLong: 'That was too long to send. Please send it in parts, or as a file.',
    tooMuch: 'That was too much at once and was not sent. Please wait a minute and try again.',
    notSent: 'That was not sent. Please try again or call us.',
    dismiss: 'Close this notice',
    close: 'Close chat',
  },
  es: {
    locale: 'es-ES',
    title: 'Chatee con nosotros',
    bot: 'Aquí responde un bot. Pida una persona cuando quiera.',
    person: (name) => `Está hablando con ${name}, Atención al Cliente.`,
    loading: 'Abriendo el chat…',
    lost: 'Se perdió la conexión. Lo que escriba se enviará cuando vuelva.',
    retry: 'Reintentar ahora',
    failed: 'No se pudo cargar el chat.',
    call: 'Llámenos, por favor:',
    again: 'Intentar de nuevo',
    startOver: 'Empezar de nuevo',
    startOverAsk: '¿Empezar un chat nuevo y borrar este de este dispositivo?',
    startOverYes: 'Empezar un chat nuevo',
    startOverNo: 'Seguir con este',
    tooMany: (most) => `Envíe a lo más ${most} archivos a la vez, por favor.`,
    tooLarge: (name, most) =>
      `“${name}” es demasiado grande. Un archivo puede tener ${most} MB; un video más corto o una foto también sirven.`,
    tooLargeTogether: (most) =>
      `Estos archivos juntos son demasiado grandes. Envíe a lo más ${most} MB a la vez.`,
    wrongType: 'Aceptamos fotos, PDF, Word, MP4 y texto simple. Envíe el archivo en uno de estos formatos.',
    tooLong: 'Eso era demasiado largo para enviarlo. Envíelo por partes, o como archivo.',
    tooMuch: 'Eso fue demasiado a la vez y no se envió. Espere un minuto e inténtelo otra vez.',
    notSent: 'Eso no se envió. Inténtelo otra vez o llámenos, por favor.',
    dismiss: 'Cerrar este aviso',
    close: 'Cerrar el chat',
  },
};

export const wordsFor = (language) => words[language] ?? words.en;
