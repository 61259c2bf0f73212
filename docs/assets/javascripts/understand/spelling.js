// One token as the vocabulary spells it: joined, split or corrected words.
(() => {
  const atlas = (globalThis.vramAtlas ??= {});

  const SHORTEST = 4; // letters of a word that may be corrected
  const MIDDLE = 7; // from here a letter may stand for another: "llava" is no misspelt "llama"
  const LONG = 8; // from here two letters may be wrong

  /** Insertions, deletions, replacements and swapped neighbours between two words, at most `limit`. */
  function distance(first, second, limit) {
    if (Math.abs(first.length - second.length) > limit) return limit + 1;
    let older = [];
    let old = Array.from({ length: second.length + 1 }, (_, index) => index);
    for (let row = 1; row <= first.length; row += 1) {
      const next = [row];
      for (let column = 1; column <= second.length; column += 1) {
        const same = first[row - 1] === second[column - 1];
        let least = Math.min(old[column] + 1, next[column - 1] + 1, old[column - 1] + (same ? 0 : 1));
        if (row > 1 && column > 1 && first[row - 1] === second[column - 2] && first[row - 2] === second[column - 1]) {
          least = Math.min(least, older[column - 2] + 1);
        }
        next.push(least);
      }
      older = old;
      old = next;
    }
    return old[second.length];
  }

  const swapped = (first, second) => [...first].sort().join("") === [...second].sort().join("");

  /** The one word of `targets` within reach that begins alike, or null: two would be a guess. */
  function correction(word, targets) {
    if (word.length < SHORTEST) return null;
    const limit = word.length >= LONG ? 2 : 1;
    let best = null;
    let least = limit + 1;
    for (const target of targets) {
      if (target[0] !== word[0] || target.length < SHORTEST) continue;
      if (word.length < MIDDLE && target.length === word.length && !swapped(word, target)) continue;
      const far = distance(word, target, limit);
      if (far < least) [best, least] = [target, far];
      else if (far === least && target !== best) best = null;
    }
    return least <= limit ? best : null;
  }

  /** A token as several words of names: "deepseekr" 1, "bertbaseuncased"; the fewest words, or null. */
  function split(token, names, next) {
    const { text } = token;
    const best = [[]]; // the fewest words up to each place
    for (let end = 1; end <= text.length; end += 1) {
      best[end] = null;
      for (let from = 0; from < end; from += 1) {
        if (!best[from] || !names.has(text.slice(from, end))) continue;
        if (!best[end] || best[from].length + 1 < best[end].length) best[end] = [...best[from], text.slice(from, end)];
      }
    }
    const parts = best[text.length];
    if (!parts || parts.slice(0, -1).some((part) => part.length < 2 && !token.glued)) return null;
    if (parts.length > 1 && parts.at(-1).length < 2 && !token.glued && !next?.glued) return null; // "mistrall 7b"
    const few = parts[0].length > 1 || parts.length === 2;
    if (parts[0].length < 3 && !(token.glued && few)) return null; // "4070tis", "4omini"
    let start = token.start;
    return parts.map((part, place) => {
      const piece = { ...token, text: part, start, end: start + part.length };
      start = piece.end;
      return place ? { ...piece, gap: "", glued: true } : piece;
    });
  }

  /** The word that a plural, "-ed" or "-ing" comes from: "cards", "serving", "chatted"; undefined where none does. */
  function stem(word, stems) {
    const bare = word.replace(/(?:s|ed|ing)$/, "");
    const single = bare.replace(/(.)\1$/, "$1");
    return [bare, `${bare}e`, single, `${single}e`].find((one) => stems.has(one));
  }

  const joins = (first, second) => second.start - first.end <= 1 && first.text.length > 1 && second.text.length > 1;

  /** Words joined ("code llama"), split ("deepseekr1") and corrected ("lama"); `corrected` keeps what was typed. */
  function spelled(tokens, { known, named, joined, stems, targets }) {
    const out = [];
    for (const [place, token] of tokens.entries()) {
      const before = out.at(-1);
      if (token.kind === "word" && before?.kind === "word" && joins(before, token) && joined.has(before.text + token.text)) {
        out[out.length - 1] = { ...before, text: before.text + token.text, end: token.end };
      } else if (token.kind !== "word" || known.has(token.text)) out.push(token);
      else {
        const root = stem(token.text, stems);
        const parts = root ? null : split(token, named, tokens[place + 1]);
        const right = parts || root ? null : correction(token.text, targets);
        if (parts) out.push(...parts);
        else if (root) out.push({ ...token, text: root });
        else out.push(right ? { ...token, text: right, corrected: token.text } : token);
      }
    }
    return out;
  }

  atlas.words = { ...atlas.words, spelled, distance };
})();
