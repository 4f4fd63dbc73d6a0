/**
 * The marks of the graph, drawn by WebGL: one triangle each, in which a pixel is painted if it lies within the
 * shape. A holder of a credential is filled, the others are hollow. The shape travels in the attribute
 * `a_shape`: 0 circle, 1 diamond, 2 square; 4 more for a hollow one.
 */
import { NodeProgram, type ProgramInfo } from 'sigma/rendering';
import type { NodeDisplayData, RenderParams } from 'sigma/types';
import { floatColor } from 'sigma/utils';
import type { Shape } from './standing.ts';

const SHAPES: readonly Shape[] = ['circle', 'diamond', 'square'];
const UNIFORMS = ['u_sizeRatio', 'u_correctionRatio', 'u_matrix'] as const;

/** Room around a shape: a diamond reaches farther out than its inner circle. */
const VERTEX = `
attribute vec4 a_id;
attribute vec4 a_color;
attribute vec2 a_position;
attribute float a_size;
attribute float a_shape;
attribute float a_angle;

uniform mat3 u_matrix;
uniform float u_sizeRatio;
uniform float u_correctionRatio;

varying vec4 v_color;
varying vec2 v_offset;
varying float v_radius;
varying float v_shape;

const float bias = 255.0 / 254.0;

void main() {
  float size = a_size * u_correctionRatio / u_sizeRatio * 4.0;
  vec2 offset = 1.4 * size * vec2(cos(a_angle), sin(a_angle));
  gl_Position = vec4((u_matrix * vec3(a_position + offset, 1)).xy, 0, 1);
  v_offset = offset;
  v_radius = size / 2.0;
  v_shape = a_shape;
  #ifdef PICKING_MODE
  v_color = a_id;
  #else
  v_color = a_color;
  #endif
  v_color.a *= bias;
}
`;

const FRAGMENT = `
precision highp float;

varying vec4 v_color;
varying vec2 v_offset;
varying float v_radius;
varying float v_shape;

uniform float u_correctionRatio;

void main(void) {
  float hollow = step(3.5, v_shape);
  float shape = v_shape - 4.0 * hollow;
  vec2 at = abs(v_offset);
  float far = length(v_offset);
  if (shape > 1.5) far = max(at.x, at.y) * 1.12;
  else if (shape > 0.5) far = (at.x + at.y) * 0.8;
  float soft = u_correctionRatio * 2.0;
  float outside = far - v_radius;

  #ifdef PICKING_MODE
  gl_FragColor = outside > 0.0 ? vec4(0.0) : v_color;
  #else
  float cover = 1.0 - smoothstep(-soft, 0.0, outside);
  float ring = max(v_radius * 0.38, 2.0 * soft);
  float inner = 1.0 - smoothstep(-soft, 0.0, outside + ring);
  cover -= hollow * inner * 0.82;
  gl_FragColor = v_color * cover;
  #endif
}
`;

/** What a mark needs beyond what sigma knows of a node. */
export interface Marked {
  readonly shape: Shape;
  readonly hollow: boolean;
}

export class MarkProgram extends NodeProgram<(typeof UNIFORMS)[number]> {
  override getDefinition() {
    const { FLOAT, UNSIGNED_BYTE, TRIANGLES } = WebGLRenderingContext;
    return {
      VERTICES: 3,
      VERTEX_SHADER_SOURCE: VERTEX,
      FRAGMENT_SHADER_SOURCE: FRAGMENT,
      METHOD: TRIANGLES as 4,
      UNIFORMS,
      ATTRIBUTES: [
        { name: 'a_position', size: 2, type: FLOAT },
        { name: 'a_size', size: 1, type: FLOAT },
        { name: 'a_shape', size: 1, type: FLOAT },
        { name: 'a_color', size: 4, type: UNSIGNED_BYTE, normalized: true },
        { name: 'a_id', size: 4, type: UNSIGNED_BYTE, normalized: true },
      ],
      CONSTANT_ATTRIBUTES: [{ name: 'a_angle', size: 1, type: FLOAT }],
      CONSTANT_DATA: [[0], [(2 * Math.PI) / 3], [(4 * Math.PI) / 3]],
    };
  }

  override processVisibleItem(index: number, at: number, data: NodeDisplayData): void {
    const { shape, hollow } = data as NodeDisplayData & Marked;
    const { array } = this;
    array[at] = data.x;
    array[at + 1] = data.y;
    array[at + 2] = data.size;
    array[at + 3] = SHAPES.indexOf(shape) + (hollow ? 4 : 0);
    array[at + 4] = floatColor(data.color);
    array[at + 5] = index;
  }

  override setUniforms(
    { correctionRatio, sizeRatio, matrix }: RenderParams,
    { gl, uniformLocations }: ProgramInfo,
  ): void {
    gl.uniform1f(uniformLocations.u_correctionRatio!, correctionRatio);
    gl.uniform1f(uniformLocations.u_sizeRatio!, sizeRatio);
    gl.uniformMatrix3fv(uniformLocations.u_matrix!, false, matrix);
  }
}
