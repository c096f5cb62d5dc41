// Writes an H.264 bit string: fixed-width and Exp-Golomb codes, then the NAL unit around it.
// Trade-off: codes go in bit by bit (simple to check against the standard), whole samples as bytes,
// which is nearly all of the data here.

export class BitWriter {
  #bytes = new Uint8Array(1024)
  #length = 0
  #current = 0
  #used = 0

  /** The lowest `width` bits of `value`, most significant first. */
  write(value: number, width: number): this {
    for (let bit = width - 1; bit >= 0; bit--) {
      this.#current = (this.#current << 1) | ((value >>> bit) & 1)
      this.#used += 1
      if (this.#used === 8) {
        this.#reserve(1)
        this.#bytes[this.#length++] = this.#current
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
    this.#reserve(bytes.length)
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
    return this
  }

  /** A NAL unit with a four-byte length in front: the stop bit, then emulation prevention. */
  toNalUnit(header: number): Uint8Array<ArrayBuffer> {
    this.write(1, 1).align()
    const unit = new Uint8Array(5 + Math.ceil(this.#length * 1.5))
    unit[4] = header
    let at = 5
    let zeros = 0
    for (let index = 0; index < this.#length; index++) {
      const byte = this.#bytes[index] ?? 0
      if (zeros === 2 && byte <= 3) {
        unit[at++] = 3
        zeros = 0
      }
      unit[at++] = byte
      zeros = byte === 0 ? zeros + 1 : 0
    }
    new DataView(unit.buffer).setUint32(0, at - 4)
    return unit.slice(0, at)
  }

  #reserve(more: number) {
    if (this.#length + more <= this.#bytes.length) return
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + more))
    larger.set(this.#bytes)
    this.#bytes = larger
  }
}
