package io.convexpowersync.source.struct;

/** What a field holds. Values may always be missing. Immutable. */
sealed interface Type permits Type.Scalar, Type.ListOf, ObjectType {
  /** Whether a value has a place in it as it is, down to its last part. */
  boolean fits(DocumentValue value);

  /** How many fields there are in it. */
  int size();

  /** A type without parts. */
  enum Scalar implements Type {
    BOOLEAN,
    INT64,
    FLOAT64,
    STRING,
    BYTES,
    /** Any value, as its JSON text. */
    JSON;

    @Override
    public boolean fits(DocumentValue value) {
      return this == JSON || value.kind().scalar().filter(this::equals).isPresent();
    }

    @Override
    public int size() {
      return 0;
    }
  }

  /**
   * A list.
   *
   * @param element what its elements are; they may be null
   */
  record ListOf(Type element) implements Type {
    @Override
    public boolean fits(DocumentValue value) {
      return value.kind() == DocumentValue.Kind.ARRAY
          && value.items().stream().allMatch(item -> item.isNull() || element.fits(item));
    }

    @Override
    public int size() {
      return element.size();
    }
  }
}
