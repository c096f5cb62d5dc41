// Writes an H.264 bit string: fixed-width and Exp-Golomb codes, then the NAL unit around it.
// Trade-off: bits are collected one by one (simple to check against the standard); whole samples
// go in as bytes, so the cost stays small for raw macroblocks.

export class BitWriter {
  readonly #bytes: number[] = []
  #current = 0
  #used = 0

  /** The lowest `width` bits of `value`, most significant first. */
  write(value: number, width: number): this {
    for (let bit = width - 1; bit >= 0; bit--) {
      this.#current = (this.#current << 1) | ((value >>> bit) & 1)
      this.#used += 1
      if (this.#used === 8) {
        this.#bytes.push(this.#current)
        this.#current = 0
        this.#used = 0
      }
    }
    return this
  }

  /** Unsigned Exp-Golomb, ue(v) in ITU-T H.264 §9.1. */
  writeUnsigned(value: number): this {
    const width = 32 - Math.clz32(value + 1)
    return this.write(0, width - 1).write(value + 1, width)
  }

  /** Zero bits up to the next byte, as raw samples need. */
  align(): this {
    return this.#used === 0 ? this : this.write(0, 8 - this.#used)
  }

  /** Only after `align`. */
  writeBytes(bytes: Uint8Array): this {
    for (const byte of bytes) this.#bytes.push(byte)
    return this
  }

  /** A NAL unit with a four-byte length in front: the stop bit, then emulation prevention. */
  toNalUnit(header: number): Uint8Array<ArrayBuffer> {
    this.write(1, 1).align()
    const escaped = [0, 0, 0, 0, header]
    let zeros = 0
    for (const byte of this.#bytes) {
      if (zeros === 2 && byte <= 3) {
        escaped.push(3)
        zeros = 0
      }
      escaped.push(byte)
      zeros = byte === 0 ? zeros + 1 : 0
    }
    const unit = Uint8Array.from(escaped)
    new DataView(unit.buffer).setUint32(0, unit.length - 4)
    return unit
  }
}
