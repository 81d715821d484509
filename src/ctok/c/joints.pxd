from libc.stdint cimport uint8_t, uint32_t, uint64_t

cdef extern from "ctok/joints.h" nogil:
    const size_t CTOK_ASCII_JOINTS
    const size_t CTOK_JOINT_WORDS
    const size_t CTOK_JOINT_SIDES

    ctypedef struct ctok_joints:
        const uint8_t* ascii
        const uint8_t* sides
        const uint64_t* set
        int space_starts

    void ctok_joints_add(const ctok_joints* joints, uint8_t* ascii, uint8_t* sides, uint64_t* set,
                         uint32_t left, uint32_t right)
    void ctok_joints_cover(uint8_t* ascii, uint8_t* sides, uint32_t* scratch)
    size_t ctok_cut_at_joints(const ctok_joints* joints, const uint8_t* text, size_t n,
                              size_t* at, size_t* ends, size_t room)
