# A boot sector that uses COM1 polled and by interrupts, and probes COM2.
.code16
.globl _start
_start:
  cli
  xorw %ax,%ax
  movw %ax,%ds
  movw %ax,%es
  movw %ax,%ss
  movw $0x7c00,%sp
  ljmp $0,$1f
1:
  movw $handler,0x0c*4
  movw %ax,0x0c*4+2
  # COM2: a scratch register?
  movw $0x2ff,%dx
  movb $0x5a,%al
  outb %al,%dx
  inb %dx,%al
  # COM1
  movw $setup,%si
2: lodsb
  cmpb $0xff,%al
  je 3f
  movw $0x3f8,%dx
  addb %al,%dl
  lodsb
  outb %al,%dx
  jmp 2b
3: movw $0x3fa,%dx
  inb %dx,%al
  movw $0x3fd,%dx
  inb %dx,%al
  movw $0x3fe,%dx
  inb %dx,%al
  # polled
  movw $hello,%si
4: movw $0x3fd,%dx
  inb %dx,%al
  testb $0x20,%al
  jz 4b
  lodsb
  testb %al,%al
  jz 5f
  movw $0x3f8,%dx
  outb %al,%dx
  jmp 4b
5: # a string instruction
  movw $string,%si
  movw $8,%cx
  movw $0x3f8,%dx
  cld
  rep outsb
  movw $0x3fd,%dx
  inb %dx,%al
  # interrupts
  inb $0x21,%al
  andb $0xef,%al
  outb %al,$0x21
  movw $sent,next
  sti
  movw $0x3f9,%dx
  movb $0x02,%al
  outb %al,%dx
6: cmpb $0,done
  je 6b
  # received bytes by interrupts, three of them
  movw $0x3f9,%dx
  movb $0x01,%al
  outb %al,%dx
  movw $0x3f8,%dx
  movb $'?',%al
  outb %al,%dx
7: cmpb $3,got
  jb 7b
  # loopback
  cli
  movw $loop,%si
8: lodsb
  cmpb $0xff,%al
  je 9f
  movw $0x3f8,%dx
  addb %al,%dl
  lodsb
  cmpb $0xfe,%al
  je 81f
  outb %al,%dx
  jmp 8b
81: inb %dx,%al
  jmp 8b
9: movw $0xf4,%dx
  outb %al,%dx
10: hlt
  jmp 10b
handler:
  pushw %ax
  pushw %dx
  pushw %si
11: movw $0x3fa,%dx
  inb %dx,%al
  testb $1,%al
  jnz 15f
  andb $0x0e,%al
  cmpb $0x02,%al
  je 13f
  # received
12: movw $0x3f8,%dx
  inb %dx,%al
  incb got
  movw $0x3fd,%dx
  inb %dx,%al
  testb $1,%al
  jnz 12b
  jmp 11b
13: movw next,%si
  lodsb
  movw %si,next
  movw $0x3f8,%dx
  testb %al,%al
  jz 14f
  outb %al,%dx
  jmp 11b
14: incw %dx
  outb %al,%dx
  movb $1,done
  jmp 11b
15: movb $0x20,%al
  outb %al,$0x20
  popw %si
  popw %dx
  popw %ax
  iretw
setup: .byte 3,0x83, 0,1, 1,0, 3,0x03, 1,0, 2,0xc7, 4,0x0b, 0xff
loop: .byte 1,0, 4,0x1a, 6,0xfe, 0,0x41, 5,0xfe, 0,0xfe, 5,0xfe, 4,0x0b, 6,0xfe, 7,0xa5, 7,0xfe, 3,0xfe, 0xff
hello: .asciz "Hello\r\n"
string: .ascii "in rep\r\n"
sent: .asciz "by interrupts\r\n"
next: .word 0
done: .byte 0
got: .byte 0
.org 510
.word 0xaa55
