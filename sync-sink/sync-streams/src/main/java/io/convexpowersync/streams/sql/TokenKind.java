package io.convexpowersync.streams.sql;

/** What a token is. Punctuation and operators are told apart by their text. */
enum TokenKind {
  /** A word that is not reserved, in lower case. */
  WORD,
  /** A reserved word, in lower case. */
  KEYWORD,
  /** An identifier in double quotes, without them. */
  QUOTED_WORD,
  STRING,
  INTEGER,
  DECIMAL,
  /** {@code $1} */
  PARAMETER,
  /** Brackets, commas, operators. */
  SYMBOL,
  /** {@code $$...$$}, which stands nowhere in a query. */
  CODE_BLOCK,
  /** A character that begins no token; nothing follows. */
  INVALID,
  END
}
