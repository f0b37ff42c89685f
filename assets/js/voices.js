/* Voices beside the player's: a few seconds of a segment, faded in and out, one into the other. */
(function () {
  "use strict";

  const FADE_S = 0.12;
  const DECKS = 3; /* one that begins, one that ends, one to spare */
  const decks = [];
  let context = null;
  let master = null;

  /* Made at the first sound: before the person did something a browser would not let it speak. */
  function desk() {
    if (context) return context;
    context = new AudioContext();
    master = context.createGain();
    master.gain.value = window.musiclatentvis.player.volume();
    master.connect(context.destination);
    return context;
  }

  function freeDeck() {
    const free = decks.find((deck) => !deck.voice);
    if (free) return free;
    if (decks.length >= DECKS) {
      silence(decks[0]);
      return decks[0];
    }
    const audio = new Audio();
    const gain = desk().createGain();
    desk().createMediaElementSource(audio).connect(gain).connect(master);
    const deck = { audio, gain, voice: null };
    decks.push(deck);
    return deck;
  }

  function silence(deck) {
    deck.voice = null;
    deck.audio.onplaying = deck.audio.onerror = null;
    deck.audio.pause();
    deck.audio.removeAttribute("src"); /* it holds no connection while it is silent */
    deck.audio.load();
  }

  function to(gain, level, seconds) {
    const now = context.currentTime;
    gain.cancelScheduledValues(now);
    gain.setValueAtTime(gain.value, now);
    gain.linearRampToValueAtTime(level, now + seconds);
  }

  /* A voice that fades in now. `begun` is called when it sounds, `over` when it could not be heard. */
  function play(segment, { fade = FADE_S, begun = () => {}, over = () => {} } = {}) {
    desk().resume();
    const deck = freeDeck();
    const voice = { segment, audio: deck.audio, stop: (seconds = fade) => stop(deck, voice, seconds) };
    deck.voice = voice;
    deck.gain.gain.value = 0;
    deck.audio.src = window.musiclatentvis.prefetch.address(segment);
    deck.audio.onplaying = () => {
      deck.audio.onplaying = null;
      to(deck.gain.gain, 1, fade);
      begun(voice);
    };
    const failed = () => {
      if (deck.voice !== voice) return;
      silence(deck);
      over(voice);
    };
    deck.audio.onerror = failed;
    deck.audio.play().catch(failed);
    return voice;
  }

  function stop(deck, voice, seconds) {
    if (deck.voice !== voice) return;
    to(deck.gain.gain, 0, seconds);
    window.setTimeout(() => {
      if (deck.voice === voice) silence(deck);
    }, 1000 * seconds + 40);
  }

  function volume(value) {
    if (master) to(master.gain, value, 0.02);
  }

  window.musiclatentvis = Object.assign({}, window.musiclatentvis, {
    voices: { play, volume, FADE_S, sounding: () => decks.filter((deck) => deck.voice).map((deck) => deck.voice) },
  });
})();
