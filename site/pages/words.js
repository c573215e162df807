/** The chat's own words; what the bot says comes from the server. */
const words = {
  en: {
    locale: 'en-US',
    title: 'Chat with us',
    bot: 'A bot answers here. Ask for a person at any time.',
    person: (name) => `You are talking with ${name}, Customer Service.`,
    loading: 'Opening the chat…',
    lost: 'Connection lost. Trying again…',
    retry: 'Try now',
    failed: 'The chat could not be loaded.',
    call: 'Please call us:',
    again: 'Try again',
    startOver: 'Start over',
    startOverAsk: 'Start a new chat and clear this one from this device?',
    close: 'Close chat',
  },
  es: {
    locale: 'es-ES',
    title: 'Chatee con nosotros',
    bot: 'Aquí responde un bot. Pida una persona cuando quiera.',
    person: (name) => `Está hablando con ${name}, Atención al Cliente.`,
    loading: 'Abriendo el chat…',
    lost: 'Se perdió la conexión. Reintentando…',
    retry: 'Reintentar ahora',
    failed: 'No se pudo cargar el chat.',
    call: 'Llámenos, por favor:',
    again: 'Intentar de nuevo',
    startOver: 'Empezar de nuevo',
    startOverAsk: '¿Empezar un chat nuevo y borrar este de este dispositivo?',
    close: 'Cerrar el chat',
  },
};

export const wordsFor = (language) => words[language] ?? words.en;
