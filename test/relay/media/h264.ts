// The smallest H.264 encoder that plays everywhere (constrained baseline): changed macroblocks are
// sent raw (I_PCM), unchanged ones are skipped. Trade-off: about 400 bytes per changed block instead
// of a real codec's 20, in return for 100 lines and no dependency. Clause numbers: ITU-T H.264.

import { BitWriter } from './bits.ts'
import type { Macroblock, Picture } from './picture.ts'

/** nal_unit_type with nal_ref_idc 3, §7.4.1. */
const SPS = 0x67
const PPS = 0x68
const IDR_SLICE = 0x65
const SLICE = 0x61
/** Profile 66 with constraint sets 0 and 1 (plays as baseline and as main), level 3.0. */
export const PROFILE = [66, 0xc0, 30] as const
/** log2_max_frame_num: the counter wraps after 256 frames, which the standard allows. */
const FRAME_NUMBER_BITS = 8

export function encodeSequenceParameters(picture: Picture, width: number, height: number) {
  const bits = new BitWriter()
  for (const byte of PROFILE) bits.write(byte, 8)
  bits
    .writeUnsigned(0) // seq_parameter_set_id
    .writeUnsigned(FRAME_NUMBER_BITS - 4)
    .writeUnsigned(2) // pic_order_cnt_type: output order is decoding order
    .writeUnsigned(1) // one reference frame
    .write(0, 1)
    .writeUnsigned(picture.columns - 1)
    .writeUnsigned(picture.rows - 1)
    .write(0b11, 2) // frame_mbs_only_flag, direct_8x8_inference_flag
  const right = (picture.columns * 16 - width) / 2
  const bottom = (picture.rows * 16 - height) / 2
  bits.write(1, 1) // frame_cropping_flag; crop units are two luma samples
  bits.writeUnsigned(0).writeUnsigned(right).writeUnsigned(0).writeUnsigned(bottom)
  return bits.write(0, 1).toNalUnit(SPS) // no vui_parameters
}

export function encodePictureParameters() {
  return new BitWriter()
    .writeUnsigned(0) // pic_parameter_set_id
    .writeUnsigned(0) // seq_parameter_set_id
    .write(0b00, 2) // CAVLC, no bottom field order
    .writeUnsigned(0) // one slice group
    .writeUnsigned(0) // one reference each
    .writeUnsigned(0)
    .write(0b000, 3) // no weighted prediction
    .writeUnsigned(0) // quantisers: se(0) has the same code as ue(0)
    .writeUnsigned(0)
    .writeUnsigned(0)
    .write(0b100, 3) // deblocking_filter_control_present_flag
    .toNalUnit(PPS)
}

/** The first frame is a key frame; every other one repeats what did not change. */
export function encodeFrames(picture: Picture, count: number): Uint8Array<ArrayBuffer>[] {
  const frames: Uint8Array<ArrayBuffer>[] = []
  let shown: readonly Macroblock[] = []
  for (let number = 0; number < count; number++) {
    const drawn = picture.draw(number / count)
    frames.push(number === 0 ? encodeKeyFrame(drawn) : encodeChanges(drawn, shown, number))
    shown = drawn
  }
  return frames
}

function encodeKeyFrame(blocks: readonly Macroblock[]) {
  const bits = startSlice(7, 0)
    .writeUnsigned(0) // idr_pic_id
    .write(0b00, 2) // dec_ref_pic_marking
  endHeader(bits)
  for (const block of blocks) {
    bits.writeUnsigned(25).align().writeBytes(block) // mb_type I_PCM, Table 7-11
  }
  return bits.toNalUnit(IDR_SLICE)
}

function encodeChanges(
  blocks: readonly Macroblock[],
  shown: readonly Macroblock[],
  number: number,
) {
  const bits = startSlice(5, number).write(0b000, 3) // default references, sliding window
  endHeader(bits)
  let skipped = 0
  for (const [index, block] of blocks.entries()) {
    if (block === shown[index]) {
      skipped += 1
      continue
    }
    bits.writeUnsigned(skipped).writeUnsigned(30).align().writeBytes(block) // 5 + I_PCM, Table 7-13
    skipped = 0
  }
  if (skipped > 0) bits.writeUnsigned(skipped)
  return bits.toNalUnit(SLICE)
}

function startSlice(type: 5 | 7, number: number): BitWriter {
  return new BitWriter()
    .writeUnsigned(0) // first_mb_in_slice
    .writeUnsigned(type)
    .writeUnsigned(0) // pic_parameter_set_id
    .write(number % 2 ** FRAME_NUMBER_BITS, FRAME_NUMBER_BITS)
}

function endHeader(bits: BitWriter) {
  bits.writeUnsigned(0).writeUnsigned(1) // slice_qp_delta, disable_deblocking_filter_idc
}
